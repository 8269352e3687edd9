using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RdsIamAspire.Tunnel.Hosting;

/// <summary>Healthy when a login of its own gets through.</summary>
internal sealed class TunnelHealthCheck(RdsIamTunnel tunnel) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await tunnel.FindProblemAsync(cancellationToken).ConfigureAwait(false) is { } problem
                ? new HealthCheckResult(context.Registration.FailureStatus, problem)
                : HealthCheckResult.Healthy();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }
}
