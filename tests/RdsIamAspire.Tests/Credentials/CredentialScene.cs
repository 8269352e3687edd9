using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RdsIamAspire.TestSupport.Aws;

namespace RdsIamAspire.Tests.Credentials;

/// <summary>A machine of one test: its home folder, its environment, and the fake of AWS that it reaches.</summary>
internal sealed class CredentialScene : IDisposable
{
    private readonly TemporaryFolder _home = new();

    internal CredentialScene()
    {
        Environment["HOME"] = _home.Path;
        Reach(Aws.Address);
    }

    internal FakeAws Aws { get; } = new();

    internal Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where AWS is; for an address that nobody listens at.</summary>
    internal void Reach(Uri address)
    {
        var url = address.ToString().TrimEnd('/');
        foreach (var service in (string[])["STS", "SSO", "SSO_OIDC", "SIGNIN"])
            Environment[$"AWS_ENDPOINT_URL_{service}"] = url;
        Environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = url;
        if (Environment.ContainsKey("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
            Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url + "/v1/credentials";
    }

    internal string File(string name, string text)
    {
        var path = Path.Combine(_home.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    internal void Config(string text) => File(".aws/config", text);

    internal void SharedCredentials(string text) => File(".aws/credentials", text);

    internal void Keys(string id, string? session = null)
    {
        Environment["AWS_ACCESS_KEY_ID"] = id;
        Environment["AWS_SECRET_ACCESS_KEY"] = "made-up";
        if (session is not null)
            Environment["AWS_SESSION_TOKEN"] = session;
    }

    internal void WebIdentity()
    {
        Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = File("token", "made-up.jwt.text");
        Environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/orders";
    }

    internal void Container(bool podIdentity)
    {
        Aws.ContainerToken = "made-up-authorization";
        Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = new Uri(Aws.Address, "v1/credentials").ToString();
        if (podIdentity)
            Environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = File("pod-token", Aws.ContainerToken);
        else
            Environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = Aws.ContainerToken;
    }

    internal void Sso(bool session, TimeSpan? loginEndsIn, bool refreshToken = false)
    {
        const string StartUrl = "https://corp.awsapps.com/start";
        Environment["AWS_PROFILE"] = "dev";
        Config(session
            ? $"""
               [profile dev]
               sso_session = corp
               sso_account_id = 123456789012
               sso_role_name = developer
               [sso-session corp]
               sso_start_url = {StartUrl}
               sso_region = eu-west-1
               sso_registration_scopes = sso:account:access
               """
            : $"""
               [profile dev]
               sso_start_url = {StartUrl}
               sso_region = eu-west-1
               sso_account_id = 123456789012
               sso_role_name = developer
               """);
        if (loginEndsIn is not { } left)
            return;
        var cache = new Dictionary<string, string>
        {
            ["accessToken"] = "made-up-access",
            ["expiresAt"] = Text(DateTimeOffset.UtcNow + left),
            ["region"] = "eu-west-1",
            ["startUrl"] = StartUrl,
        };
        if (refreshToken)
        {
            cache["refreshToken"] = "made-up-refresh";
            cache["clientId"] = "made-up-client";
            cache["clientSecret"] = "made-up-client-secret";
            cache["registrationExpiresAt"] = Text(DateTimeOffset.UtcNow.AddDays(30));
        }

#pragma warning disable CA5350 // The name that the AWS command line gives the file.
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(session ? "corp" : StartUrl)));
#pragma warning restore CA5350
        File($".aws/sso/cache/{name}.json", JsonSerializer.Serialize(cache));
    }

    internal Task<ProbeResult> AskAsync() => CredentialsProbe.AskAsync(Environment, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Aws.Dispose();
        _home.Dispose();
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
