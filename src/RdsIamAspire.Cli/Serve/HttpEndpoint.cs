using System.Net;
using System.Security.Cryptography;
using System.Text;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Http;

namespace RdsIamAspire.Cli.Serve;

/// <summary>
/// The small HTTP endpoint of <c>rds-iam serve</c>: CA, made-up credentials and health. It reads nothing and changes nothing.
/// </summary>
/// <remarks>
/// What it hands out opens this throw-away database alone. All the same a web page must not read it through somebody's browser: it sends no
/// CORS header, and answers only to addresses, names without a dot and the endpoint names (no DNS rebinding).
/// </remarks>
internal sealed class HttpEndpoint : IAsyncDisposable
{
    private const string Pages = "/ca.pem, /truststore.p12, /credentials, /env, /healthz, /readyz\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ServePlan _plan;
    private readonly HttpFront _front;
    private Func<CancellationToken, Task<string?>> _problem = _ => Task.FromResult<string?>("starting");
    private SharedFiles? _files;

    private HttpEndpoint(ServePlan plan)
    {
        _plan = plan;
        _front = HttpFront.Start(plan.Http, FindAsync, "choose another with RDS_IAM_HTTP (--http)");
    }

    /// <summary>Listens; everything but health is answered once the server is up.</summary>
    /// <exception cref="ToolException">The address cannot be listened on.</exception>
    public static HttpEndpoint Start(ServePlan plan) => new(plan);

    /// <summary>From now on files are served, and readiness is asked of the server.</summary>
    public void Open(SharedFiles files, Func<CancellationToken, Task<string?>> problem)
    {
        Volatile.Write(ref _problem, problem);
        Volatile.Write(ref _files, files);
    }

    /// <summary>The server is being ended: not ready from now on.</summary>
    public void Close() => Volatile.Write(ref _problem, _ => Task.FromResult<string?>("stopping"));

    public ValueTask DisposeAsync() => _front.DisposeAsync();

    private async Task<HttpPage> FindAsync(HttpListenerRequest request, CancellationToken cancellationToken)
    {
        var path = request.Url?.AbsolutePath ?? "";
        if (path == "/healthz")
            return HttpPage.Text(200, "ok\n");
        if (path == "/readyz")
            return await ReadyAsync(cancellationToken);
        if (!_plan.ServesHttp)
            return HttpPage.Text(404, "RDS_IAM_HTTP is off: there are /healthz and /readyz\n");
        if (!IsOwnName(request.UserHostName))
            return HttpPage.Text(403, "this host name is none of the server's; use an address, or a name in RDS_IAM_ENDPOINTS\n");
        if (path == "/")
            return HttpPage.Text(200, Pages);
        if (path is not ("/ca.pem" or "/truststore.p12" or "/credentials" or "/env"))
            return HttpPage.Text(404, $"there are {Pages}");
        if (Volatile.Read(ref _files) is not { } files)
            return HttpPage.Text(503, "starting\n");
        if (path is "/credentials" or "/env" && !IsAuthorized(request.Headers["Authorization"]))
            return HttpPage.Text(401, "the Authorization header is not RDS_IAM_HTTP_TOKEN; set AWS_CONTAINER_AUTHORIZATION_TOKEN to it\n");
        return path switch
        {
            "/ca.pem" => HttpPage.Text(200, files.Ca, "application/x-pem-file"),
            "/truststore.p12" => new(200, "application/x-pkcs12", files.TrustStore),
            "/credentials" => HttpPage.Text(200, files.ContainerCredentials(DateTimeOffset.UtcNow), "application/json"),
            _ => HttpPage.Text(200, files.Env),
        };
    }

    private async Task<HttpPage> ReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        string? problem;
        try
        {
            problem = await Volatile.Read(ref _problem)(patience.Token);
        }
        catch (OperationCanceledException)
        {
            problem = $"no answer within {Patience.TotalSeconds:0} s";
        }

        return problem is null ? HttpPage.Text(200, "ok\n") : HttpPage.Text(503, $"{ShownText.Of(problem)}\n");
    }

    private bool IsOwnName(string? hostAndPort)
    {
        if (hostAndPort is null || !Uri.TryCreate($"http://{hostAndPort}/", UriKind.Absolute, out var url))
            return false;
        return url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || !url.Host.Contains('.')
            || _plan.Rds.Emulator.Endpoints.Any(endpoint => endpoint.Host.Equals(url.Host, StringComparison.OrdinalIgnoreCase));
    }

    private bool IsAuthorized(string? header) => _plan.HttpToken is not { } token || (header is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(token)));
}
