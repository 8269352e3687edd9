using System.Net;
using System.Net.Sockets;
using System.Text;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>
/// <c>/healthz</c> (the process runs), <c>/readyz</c> (each endpoint takes a login) and <c>/metrics</c> (Prometheus), over HTTP. It says
/// nothing that is secret, and takes nothing but GET.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpListener _listener;
    private readonly TunnelFleet _fleet;
    private readonly TunnelMetrics _metrics = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;

    private AdminServer(HttpListener listener, string address, TunnelFleet fleet)
    {
        (_listener, Address, _fleet) = (listener, address, fleet);
        _serving = ServeAsync();
    }

    /// <summary>HOST:PORT.</summary>
    public string Address { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="ToolException">The port is taken.</exception>
    public static AdminServer Start(IPEndPoint address, TunnelFleet fleet)
    {
        if (address.Port == 0)
            address = new IPEndPoint(address.Address, FreePort(address.Address));
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
            throw ToolException.Missing($"{address} cannot be listened on: {e.Message}; choose another port with --admin", e);
        }

        return new AdminServer(listener, address.ToString(), fleet);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Close();
        await _serving;
        _metrics.Dispose();
        _ending.Dispose();
    }

    private static int FreePort(IPAddress address)
    {
        using var free = new TcpListener(address, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
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
            var (status, text) = context.Request.HttpMethod is not ("GET" or "HEAD") ? (405, "GET only\n")
                : context.Request.Url?.AbsolutePath switch
                {
                    "/healthz" => (200, "ok\n"),
                    "/readyz" => await ReadyAsync(),
                    "/metrics" => (200, _metrics.Text()),
                    _ => (404, "there are /healthz, /readyz and /metrics\n"),
                };
            var bytes = Encoding.UTF8.GetBytes(text);
            context.Response.StatusCode = status;
            // Prometheus's "Exposition formats".
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            context.Response.ContentLength64 = bytes.Length;
            if (context.Request.HttpMethod != "HEAD")
                await context.Response.OutputStream.WriteAsync(bytes, _ending.Token);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException)
        {
            context.Response.Abort();
        }
    }

    private async Task<(int Status, string Text)> ReadyAsync()
    {
        var answers = await Task.WhenAll(_fleet.Tunnels.Select(async served =>
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            patience.CancelAfter(Patience);
            string? problem;
            try
            {
                problem = await served.ProblemAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                problem = $"no answer within {Patience.TotalSeconds:0} s";
            }

            return (Line: $"{served.Target.Dialled} as '{served.Target.User}': {ShownText.Of(problem ?? "ok")}\n", IsGood: problem is null);
        }));
        return (answers.All(answer => answer.IsGood) ? 200 : 503, string.Concat(answers.Select(answer => answer.Line)));
    }
}
