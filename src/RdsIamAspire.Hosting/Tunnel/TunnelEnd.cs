using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace RdsIamAspire.Hosting.Tunnel;

/// <summary>
/// Ends a tunnel, and the programs that its way is made of, with the AppHost: also when the host is disposed of without having been
/// stopped.
/// </summary>
internal sealed class TunnelEnd(RdsTunnelResource tunnel) : IHostedService, IAsyncDisposable
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        tunnel.Front.HasStarted ? tunnel.Front.Current.StopAsync(cancellationToken) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (tunnel.Front.HasStarted)
        {
            await tunnel.Front.Current.DisposeAsync().ConfigureAwait(false);
        }
    }
}
