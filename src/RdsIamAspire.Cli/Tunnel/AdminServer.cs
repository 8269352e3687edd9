using System.Net;
using System.Net.Sockets;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Http;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>
/// <c>/healthz</c> (the process runs), <c>/readyz</c> (each endpoint takes a login) and <c>/metrics</c> (Prometheus), over HTTP. It says
/// nothing that is secret, and takes nothing but GET.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Prometheus's "Exposition formats".
    private const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly HttpFront _front;
    private readonly TunnelFleet _fleet;
    private readonly TunnelMetrics _metrics = new();

    private AdminServer(IPEndPoint address, TunnelFleet fleet)
    {
        (Address, _fleet) = (address.ToString(), fleet);
        try
        {
            _front = HttpFront.Start(address, FindAsync, "choose another port with --admin");
        }
        catch
        {
            _metrics.Dispose();
            throw;
        }
    }

    /// <summary>HOST:PORT.</summary>
    public string Address { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="ToolException">The port is taken.</exception>
    public static AdminServer Start(IPEndPoint address, TunnelFleet fleet) =>
        new(address.Port > 0 ? address : new IPEndPoint(address.Address, FreePort(address.Address)), fleet);

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _metrics.Dispose();
    }

    private static int FreePort(IPAddress address)
    {
        using var free = new TcpListener(address, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private async Task<HttpPage> FindAsync(HttpListenerRequest request, CancellationToken cancellationToken) =>
        request.Url?.AbsolutePath switch
        {
            "/healthz" => HttpPage.Text(200, "ok\n"),
            "/readyz" => await ReadyAsync(cancellationToken),
            "/metrics" => HttpPage.Text(200, _metrics.Text(), MetricsType),
            _ => HttpPage.Text(404, "there are /healthz, /readyz and /metrics\n"),
        };

    private async Task<HttpPage> ReadyAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(_fleet.Tunnels.Select(async served =>
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
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
        return HttpPage.Text(answers.All(answer => answer.IsGood) ? 200 : 503, string.Concat(answers.Select(answer => answer.Line)));
    }
}
