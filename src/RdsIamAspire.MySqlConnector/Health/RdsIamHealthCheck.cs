using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;
using RdsIamAspire.MySqlConnector.Logins;

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
                if (!await connection.PingAsync(cancellationToken).ConfigureAwait(false))
                    return new HealthCheckResult(context.Registration.FailureStatus, "The connection was lost.");
                await LookAtClockAsync(connection, cancellationToken).ConfigureAwait(false);
                return HealthCheckResult.Healthy();
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }

    /// <summary>
    /// A clock that is minutes away is told before logins fail for it: RDS refuses tokens by AWS's clock and never says why.
    /// </summary>
    private async Task LookAtClockAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        if (RdsIamLogin.Of(dataSource()) is not { Clock.IsDue: true } login)
            return;
        using var command = new MySqlCommand("SELECT UTC_TIMESTAMP(3)", connection);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is DateTime utc)
            login.Clock.Note(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)));
    }
}
