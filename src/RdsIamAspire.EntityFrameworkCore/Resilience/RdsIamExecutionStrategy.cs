using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using MySqlConnector;
using RdsIamAspire.EntityFrameworkCore.DataSources;
using RdsIamAspire.MySqlConnector.Logins;

namespace RdsIamAspire.EntityFrameworkCore.Resilience;

/// <summary>
/// Pomelo's retries, and two more: a login that was refused with an old token is tried again with a new one, and a statement that met a
/// failover is tried again on a new connection.
/// </summary>
internal sealed class RdsIamExecutionStrategy(
    ExecutionStrategyDependencies dependencies, int maxRetryCount, TimeSpan maxRetryDelay, ContextDataSource source)
    : MySqlRetryingExecutionStrategy(dependencies, maxRetryCount, maxRetryDelay, errorNumbersToAdd: null)
{
    protected override bool ShouldRetryOn(
        Exception exception) => exception is MySqlException error && RdsIamLogin.Of(source.DataSource) is { } login
        ? Failures.Of(error) switch
        {
            Failure.Denied => login.ForgetRefused(error),
            Failure.NoToken => false,
            // The data source empties its pool of connections to the old writer.
            Failure.Failover => true,
            _ => base.ShouldRetryOn(exception),
        }
        : base.ShouldRetryOn(exception);
}
