namespace RdsIamAspire.Tests.Credentials;

/// <summary>Every way to be somebody on AWS: docs/credentials.md is this table.</summary>
public sealed class CredentialSourceTests
{
    private const string Role = "arn:aws:iam::123456789012:role/orders";
    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    public static TheoryData<string> Sources => [.. Working.Keys];

    /// <summary>Each source, and the key that signs.</summary>
    private static readonly Dictionary<string, (Action<CredentialScene> Arrange, string Key)> Working = new()
    {
        ["environment"] = (s => s.Keys("AKIAENVIRONMENT"), "AKIAENVIRONMENT"),
        ["environment, session token"] = (s => s.Keys("ASIAENVIRONMENT", "made-up-session"), "ASIAENVIRONMENT"),
        ["profile default"] = (s => s.SharedCredentials("[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = "
            + "made-up"), "AKIADEFAULT"),
        ["AWS_PROFILE"] = (s =>
        {
            s.SharedCredentials("[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = "
                + "made-up\n[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = made-up");
            s.Environment["AWS_PROFILE"] = "other";
        }, "AKIAOTHER"),
        ["AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE"] = (s =>
        {
            s.Environment["AWS_SHARED_CREDENTIALS_FILE"] = s.File("elsewhere", "[default]\naws_access_key_id = "
                + "AKIAELSEWHERE\naws_secret_access_key = made-up");
            s.Environment["AWS_CONFIG_FILE"] = s.File("config", "[default]\nregion = eu-west-2");
        }, "AKIAELSEWHERE"),
        ["credential_process"] = (s => s.Config($"[default]\ncredential_process = /bin/cat {s.File("keys.json", ProcessKeys(AnHour))}"),
            "ASIAPROCESS"),
        ["source_profile"] = (s => s.Config($"[default]\nrole_arn = {Role}\nsource_profile = base\n[profile base]\naws_access_key_id = "
            + $"AKIABASE\naws_secret_access_key = made-up"), "ASIAFAKEROLE00000000"),
        ["source_profile that is SSO"] = (s =>
        {
            s.Sso(session: true, AnHour);
            s.Config(File.ReadAllText(Path.Combine(s.Environment["HOME"], ".aws/config")) + $"\n[profile role]\nrole_arn = "
                + $"{Role}\nsource_profile = dev");
            s.Environment["AWS_PROFILE"] = "role";
        }, "ASIAFAKEROLE00000000"),
        ["credential_source Environment"] = (s =>
        {
            s.Config($"[profile env]\nrole_arn = {Role}\ncredential_source = Environment");
            s.Keys("AKIAENVIRONMENT");
            s.Environment["PROBE_PROFILE"] = "env";
        }, "ASIAFAKEROLE00000000"),
        ["credential_source Ec2InstanceMetadata"] = (s => s.Config($"[default]\nrole_arn = {Role}\ncredential_source = "
            + $"Ec2InstanceMetadata"), "ASIAFAKEROLE00000000"),
        ["credential_source EcsContainer"] = (s =>
        {
            s.Container(podIdentity: false);
            s.Config($"[default]\nrole_arn = {Role}\ncredential_source = EcsContainer");
        }, "ASIAFAKEROLE00000000"),
        ["web identity, environment"] = (s => s.WebIdentity(), "ASIAFAKEWEB000000000"),
        ["web identity, profile"] = (s => s.Config($"[default]\nrole_arn = {Role}\nweb_identity_token_file = "
            + $"{s.File("token", "made-up")}"), "ASIAFAKEWEB000000000"),
        ["SSO session"] = (s => s.Sso(session: true, AnHour), "ASIAFAKESSO000000000"),
        ["SSO session, expired, refresh token"] = (s => s.Sso(session: true, -AnHour, refreshToken: true), "ASIAFAKESSO000000000"),
        ["SSO legacy"] = (s => s.Sso(session: false, AnHour), "ASIAFAKESSO000000000"),
        ["EKS Pod Identity"] = (s => s.Container(podIdentity: true), "ASIAFAKECONTAINER000"),
        ["container role"] = (s => s.Container(podIdentity: false), "ASIAFAKECONTAINER000"),
        ["instance metadata"] = (_ => { }, "ASIAFAKEIMDS00000000"),
        ["setting RoleArn"] = (s =>
        {
            s.Keys("AKIAENVIRONMENT");
            s.Environment["PROBE_ROLE"] = Role;
        }, "ASIAFAKEROLE00000000"),
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_token_is_signed_by(string source)
    {
        using var scene = new CredentialScene();
        var (arrange, key) = Working[source];
        arrange(scene);

        var result = await scene.AskAsync();

        Assert.Equal((null, key), (result.Message, result.AccessKeyId));
        Assert.Equal(key.StartsWith("ASIA", StringComparison.Ordinal), result.SessionToken);
        // The host's name tells the region: instance metadata is not asked for one, not for STS either.
        Assert.DoesNotContain(scene.Aws.Requests, r => r.Contains("region", StringComparison.Ordinal)
            || r.Contains("document", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("source_profile")]
    [InlineData("web identity, environment")]
    [InlineData("SSO session")]
    [InlineData("EKS Pod Identity")]
    [InlineData("instance metadata")]
    [InlineData("credential_process")]
    public async Task A_token_ends_with_the_keys_that_signed_it(string source)
    {
        using var scene = new CredentialScene { Aws = { Life = TimeSpan.FromMinutes(9) } };
        Working[source].Arrange(scene);
        if (source == "credential_process")
            scene.File("keys.json", ProcessKeys(TimeSpan.FromMinutes(9)));

        var result = await scene.AskAsync();

        Assert.Null(result.Message);
        Assert.InRange(result.MinutesLeft, 7, 9.1);
    }

    [Fact]
    public async Task The_page_of_the_documentation_names_every_source()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "credentials.md"),
            TestContext.Current.CancellationToken);

        Assert.All(Working.Keys, source => Assert.Contains($"| {source} |", page, StringComparison.Ordinal));
    }

    internal static string ProcessKeys(TimeSpan life) =>
        $$"""
          {"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"made-up","SessionToken":"made-up-session",
           "Expiration":"{{DateTimeOffset.UtcNow + life:yyyy-MM-ddTHH:mm:ssZ}}"}
          """;

    internal static void Arrange(string source, CredentialScene scene) => Working[source].Arrange(scene);
}
