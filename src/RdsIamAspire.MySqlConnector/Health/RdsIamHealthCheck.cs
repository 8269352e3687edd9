using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Health;

/// <summary>Healthy when a connection can be opened over IAM (from the pool, as a request would) and answers.</summary>
internal sealed class RdsIamHealthCheck(Func<MySqlDataSource> dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var connection = await dataSource().OpenRdsIamConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                // The pool may hand out a connection that the server has ended since.
                return await connection.PingAsync(cancellationToken).ConfigureAwait(false)
                    ? HealthCheckResult.Healthy()
                    : new HealthCheckResult(context.Registration.FailureStatus, "The connection was lost.");
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }
}
