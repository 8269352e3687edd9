using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Tunnel.Hosting;

/// <summary>Starts the tunnel before other hosted services and drains it after them.</summary>
internal sealed partial class TunnelService(string name, RdsIamTunnel tunnel, IServiceProvider services) : IHostedLifecycleService
{
    private readonly ILogger _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("RdsIamAspire.Tunnel");

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        tunnel.Log.Logger = _logger;
        tunnel.SharedTokens = services.GetService<RdsAuthTokenSource>;
        LogListening(_logger, name, tunnel.EndPoint.ToString(), tunnel.CheckOptions().Dialled.ToString(), tunnel.User);
        // Whatever keeps logins from working is said now and not by the first library that wants one.
        if (await tunnel.FindProblemAsync(cancellationToken).ConfigureAwait(false) is { } problem)
            LogProblem(_logger, name, problem);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (await tunnel.StopAsync(cancellationToken).ConfigureAwait(false) is > 0 and var cut)
            LogCut(_logger, name, cut);
    }

    [LoggerMessage(3, LogLevel.Information, "The tunnel '{Name}' at {EndPoint} leads to {Target} as '{User}'.")]
    private static partial void LogListening(ILogger logger, string name, string endPoint, string target, string user);

    [LoggerMessage(4, LogLevel.Error,
        "The tunnel '{Name}' cannot log in: {Problem}. It is tried again for each client; see docs/access-denied.md.")]
    private static partial void LogProblem(ILogger logger, string name, string problem);

    [LoggerMessage(5, LogLevel.Warning,
        "The tunnel '{Name}' has cut {Count} running statements: they took longer than the shutdown allows.")]
    private static partial void LogCut(ILogger logger, string name, int count);
}
