using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Web;

namespace RdsIamAspire.TestSupport.Aws;

/// <summary>How the fake answers.</summary>
public enum FakeAwsMode
{
    Ok,
    Deny,
    Forbid,
    Hang,
    ServerError,
    Throttle,
}

/// <summary>
/// A loopback fake of what AWS credentials come from: instance metadata (IMDSv2), the endpoints of ECS and EKS Pod Identity, STS, the SSO
/// portal, SSO OIDC and the sign-in
/// service, all on one port. Its keys are made up and open nothing.
/// </summary>
public sealed class FakeAws : IDisposable
{
    private readonly HttpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = new();

    public FakeAws()
    {
        // A free port may be taken by another between the look and the listening.
        for (var attempt = 0; ; attempt++)
        {
            Address = new Uri($"http://127.0.0.1:{FreePort()}/");
            _listener = new HttpListener { Prefixes = { Address.ToString() } };
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                _listener.Close();
            }
        }

        _ = AcceptAsync();
    }

    public Uri Address { get; }

    public FakeAwsMode Mode { get; set; }

    /// <summary>How long each answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How long the keys that are handed out live.</summary>
    public TimeSpan Life { get; set; } = TimeSpan.FromHours(1);

    /// <summary>By how much the clock of its answers is ahead.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>The Authorization that the container endpoint asks for; null takes any.</summary>
    public string? ContainerToken { get; set; }

    /// <summary>Every request so far: method, path and STS action; never a secret.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>A loopback port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Close();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(_stop.Token);
            var action = HttpUtility.ParseQueryString(body)["Action"] ?? "";
            var path = context.Request.Url!.AbsolutePath;
            _requests.Enqueue($"{context.Request.HttpMethod} {path} {action}".TrimEnd());
            if (Delay > TimeSpan.Zero)
                await Task.Delay(Delay, _stop.Token);
            if (Mode == FakeAwsMode.Hang)
                await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
            var (status, type, text) = Answer(path, action, context.Request.Headers["Authorization"]);
            context.Response.StatusCode = status;
            context.Response.AddHeader("Date", (DateTimeOffset.UtcNow + ClockAhead).ToString("r", CultureInfo.InvariantCulture));
            context.Response.ContentType = type;
            var bytes = Encoding.UTF8.GetBytes(text);
            context.Response.ContentLength64 = bytes.Length;
            await context.Response.OutputStream.WriteAsync(bytes, _stop.Token);
            context.Response.Close();
        }
        catch (Exception e) when (e is OperationCanceledException or HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone, or the fake has.
        }
    }

    private (int Status, string Type, string Text) Answer(string path, string action, string? authorization)
    {
        var sts = path == "/";
        switch (Mode)
        {
            case FakeAwsMode.ServerError:
                return (500, "text/xml", sts ? StsError("InternalFailure", "the fake fails") : """{"message":"the fake fails"}""");
            case FakeAwsMode.Throttle:
                return sts
                    ? (400, "text/xml", StsError("Throttling", "Rate exceeded"))
                    : (429, "application/json", """{"__type":"TooManyRequestsException","message":"Rate exceeded"}""");
            case FakeAwsMode.Deny or FakeAwsMode.Forbid when sts:
                return (403, "text/xml", StsError("AccessDenied", $"User: arn:aws:iam::123456789012:user/x is not authorized to "
                    + $"perform: sts:{action}"));
            case FakeAwsMode.Deny:
                return (401, "application/json", """{"error":"invalid_grant","message":"Session token not found or invalid"}""");
            case FakeAwsMode.Forbid:
                return (403, "application/json", """{"__type":"ForbiddenException","message":"No access"}""");
        }

        var end = Text(DateTimeOffset.UtcNow + Life);
        return path.TrimEnd('/') switch
        {
            "/latest/api/token" => (200, "text/plain", "fake-imds-token"),
            "/latest/meta-data/iam/security-credentials" => (200, "text/plain", "fake-role"),
            "/latest/meta-data/iam/security-credentials/fake-role" =>
                Json(new
                {
                    Code = "Success",
                    LastUpdated = Text(DateTimeOffset.UtcNow),
                    Type = "AWS-HMAC",
                    AccessKeyId = Key("IMDS"),
                    SecretAccessKey = Secret,
                    Token = Session,
                    Expiration = end
                }),
            "/latest/meta-data/placement/region" => (200, "text/plain", "eu-west-1"),
            "/latest/dynamic/instance-identity/document" => Json(new { region = "eu-west-1", accountId = "123456789012" }),
            "/latest/meta-data/iam/info" => Json(new
            {
                Code = "Success",
                InstanceProfileArn = "arn:aws:iam::123456789012:instance-profile/x",
                LastUpdated = Text(DateTimeOffset.UtcNow)
            }),
            "/v1/credentials" when ContainerToken is not null && authorization != ContainerToken =>
                (401, "application/json", """{"code":"Unauthorized","message":"bad token"}"""),
            "/v1/credentials" => Json(new
            {
                AccessKeyId = Key("CONTAINER"),
                SecretAccessKey = Secret,
                Token = Session,
                Expiration = end,
                AccountId = "123456789012"
            }),
            "/federation/credentials" => Json(new
            {
                roleCredentials = new
                {
                    accessKeyId = Key("SSO"),
                    secretAccessKey = Secret,
                    sessionToken = Session,
                    expiration = (DateTimeOffset.UtcNow + Life).ToUnixTimeMilliseconds()
                }
            }),
            "/token" => Json(new { accessToken = "fresh", expiresIn = (int)Life.TotalSeconds, tokenType = "Bearer", refreshToken = "r2" }),
            "" when action is "AssumeRole" or "AssumeRoleWithWebIdentity" => (200, "text/xml", Assumed(action, end)),
            "" when action == "GetCallerIdentity" => (200, "text/xml",
                $"""
                 <GetCallerIdentityResponse xmlns="{StsNamespace}"><GetCallerIdentityResult>
                 <Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><UserId>AROA:s</UserId><Account>123456789012</Account>
                 </GetCallerIdentityResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></GetCallerIdentityResponse>
                 """),
            _ => (404, "application/json", """{"message":"the fake has no such path"}"""),
        };
    }

    private const string StsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";
    private const string Session = "IQoJfake+session/token==";
    private static readonly string Secret = new('s', 40);

    private static string Key(string tag) => "ASIAFAKE" + tag.PadRight(12, '0');

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static (int, string, string) Json(object value) => (200, "application/json", JsonSerializer.Serialize(value));

    private static string StsError(string code, string message) =>
        $"""
         <ErrorResponse xmlns="{StsNamespace}"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>
         <RequestId>0</RequestId></ErrorResponse>
         """;

    private static string Assumed(string action, string end) =>
        $"""
         <{action}Response xmlns="{StsNamespace}"><{action}Result><Credentials>
         <AccessKeyId>{Key(action == "AssumeRole" ? "ROLE" : "WEB")}</AccessKeyId><SecretAccessKey>{Secret}</SecretAccessKey>
         <SessionToken>{Session}</SessionToken><Expiration>{end}</Expiration></Credentials>
         <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>
         </{action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{action}Response>
         """;
}
