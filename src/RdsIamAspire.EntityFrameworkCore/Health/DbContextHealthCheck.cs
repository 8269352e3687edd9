using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;
using RdsIamAspire.EntityFrameworkCore.DataSources;
using RdsIamAspire.MySqlConnector.Logins;

namespace RdsIamAspire.EntityFrameworkCore.Health;

/// <summary>Healthy when the context can be made and its database asked; unlike EF Core's CanConnect it says why not.</summary>
internal sealed class DbContextHealthCheck<TContext>(IServiceScopeFactory scopes) : IHealthCheck
    where TContext : DbContext
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                // Not by the context's own open, which tries for minutes: whoever asks asks again.
                var connection = scope.ServiceProvider.GetRequiredService<TContext>().Database.GetDbConnection();
                var source = scope.ServiceProvider.GetRequiredKeyedService<ContextDataSource>(typeof(TContext)).DataSource;
                if (connection is MySqlConnection own && RdsIamLogin.Of(source) is { } login)
                    await Opening.OpenAsync(login, own, cancellationToken).ConfigureAwait(false);
                else
                    await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                await connection.CloseAsync().ConfigureAwait(false);
                return HealthCheckResult.Healthy();
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }
}
