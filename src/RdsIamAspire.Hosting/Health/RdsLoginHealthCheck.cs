using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Logins;

namespace RdsIamAspire.Hosting.Health;

/// <summary>Healthy when a real IAM login has worked: a fresh token, verified TLS, the user and database that references get.</summary>
internal sealed class RdsLoginHealthCheck(IResourceWithConnectionString resource, RdsMySqlResource server, RdsTokens tokens, RdsLogins logins) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var user = string.Empty;
        try
        {
            var connectionString = new MySqlConnectionStringBuilder(await resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty);
            user = connectionString.UserID;
            if (server.Local is { Emulator: null })
            {
                return new HealthCheckResult(context.Registration.FailureStatus, "The local server is not up yet.");
            }

            var token = await tokens.GetForHealthAsync(server, user, cancellationToken).ConfigureAwait(false);
            var connection = await logins.OpenAsync(connectionString.ConnectionString, token, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await connection.PingAsync(cancellationToken).ConfigureAwait(false);
            }

            return HealthCheckResult.Healthy($"'{user}' logged in with an IAM token.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var denied = server.Local?.LastDenialOf(user);
            return new HealthCheckResult(context.Registration.FailureStatus, denied is null ? exception.Message : $"{exception.Message} — {denied.Denial}: {LoginLog.ExplanationOf(denied)}");
        }
    }
}

internal static class RdsLoginHealthCheckExtensions
{
    internal static IResourceBuilder<T> WithLoginHealthCheck<T>(this IResourceBuilder<T> builder, IResourceWithConnectionString resource)
        where T : IResource
    {
        var server = resource as RdsMySqlResource ?? ((RdsMySqlDatabaseResource)resource).Parent;
        var key = $"{resource.Name}_iam_login";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new RdsLoginHealthCheck(resource, server, services.GetRequiredService<RdsTokens>(), services.GetRequiredService<RdsLogins>()),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }
}
