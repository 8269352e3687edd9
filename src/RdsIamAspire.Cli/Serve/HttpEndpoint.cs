using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using RdsIamAspire.Cli.CommandLine;

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

    private readonly HttpListener _listener;
    private readonly ServePlan _plan;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;
    private Func<CancellationToken, Task<string?>> _problem = _ => Task.FromResult<string?>("starting");
    private SharedFiles? _files;

    private HttpEndpoint(HttpListener listener, ServePlan plan)
    {
        (_listener, _plan) = (listener, plan);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Listens; everything but health is answered once the server is up.</summary>
    /// <exception cref="ToolException">The address cannot be listened on.</exception>
    public static HttpEndpoint Start(ServePlan plan)
    {
        var address = plan.Http;
        var host = address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any) ? "+"
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address.Address}]" : address.Address.ToString();
        var listener = new HttpListener { Prefixes = { $"http://{host}:{address.Port}/" } };
        try
        {
            listener.Start();
        }
        catch (Exception e) when (e is HttpListenerException or SocketException)
        {
            listener.Close();
            throw ToolException.Missing($"{address} cannot be listened on: {e.Message}; choose another with RDS_IAM_HTTP (--http)", e);
        }

        return new HttpEndpoint(listener, plan);
    }

    /// <summary>From now on files are served, and readiness is asked of the server.</summary>
    public void Open(SharedFiles files, Func<CancellationToken, Task<string?>> problem)
    {
        Volatile.Write(ref _problem, problem);
        Volatile.Write(ref _files, files);
    }

    /// <summary>The server is being ended: not ready from now on.</summary>
    public void Close() => Volatile.Write(ref _problem, _ => Task.FromResult<string?>("stopping"));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Close();
        await _serving;
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
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
            var (status, type, body) = await FindAsync(context.Request);
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            context.Response.Headers["Cache-Control"] = "no-store";
            context.Response.ContentLength64 = body.Length;
            if (context.Request.HttpMethod != "HEAD")
                await context.Response.OutputStream.WriteAsync(body, _ending.Token);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException)
        {
            context.Response.Abort();
        }
    }

    private async Task<(int Status, string Type, byte[] Body)> FindAsync(HttpListenerRequest request)
    {
        if (request.HttpMethod is not ("GET" or "HEAD"))
            return Text(405, "GET only\n");
        var path = request.Url?.AbsolutePath ?? "";
        if (path == "/healthz")
            return Text(200, "ok\n");
        if (path == "/readyz")
            return await ReadyAsync();
        if (!_plan.ServesHttp)
            return Text(404, "RDS_IAM_HTTP is off: there are /healthz and /readyz\n");
        if (!IsOwnName(request.UserHostName))
            return Text(403, "this host name is none of the server's; use an address, or a name in RDS_IAM_ENDPOINTS\n");
        if (path == "/")
            return Text(200, Pages);
        if (path is not ("/ca.pem" or "/truststore.p12" or "/credentials" or "/env"))
            return Text(404, $"there are {Pages}");
        if (Volatile.Read(ref _files) is not { } files)
            return Text(503, "starting\n");
        if (path is "/credentials" or "/env" && !IsAuthorized(request.Headers["Authorization"]))
            return Text(401, "the Authorization header is not RDS_IAM_HTTP_TOKEN; set AWS_CONTAINER_AUTHORIZATION_TOKEN to it\n");
        return path switch
        {
            "/ca.pem" => Text(200, files.Ca, "application/x-pem-file"),
            "/truststore.p12" => (200, "application/x-pkcs12", files.TrustStore),
            "/credentials" => Text(200, files.ContainerCredentials(DateTimeOffset.UtcNow), "application/json"),
            _ => Text(200, files.Env),
        };
    }

    private async Task<(int Status, string Type, byte[] Body)> ReadyAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        string? problem;
        try
        {
            problem = await Volatile.Read(ref _problem)(patience.Token);
        }
        catch (OperationCanceledException)
        {
            problem = "no answer within 5 s";
        }

        return problem is null ? Text(200, "ok\n") : Text(503, $"{ShownText.Of(problem)}\n");
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

    private static (int Status, string Type, byte[] Body) Text(int status, string text, string type = "text/plain; charset=utf-8") =>
        (status, type, Encoding.UTF8.GetBytes(text));
}
