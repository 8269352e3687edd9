using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Health;

/// <summary>Healthy when a real IAM login has worked: a fresh token, verified TLS, the user and database that references get.</summary>
internal sealed class RdsLoginHealthCheck(
    IResourceWithConnectionString resource, RdsMySqlResource server, EndpointLogin login, EndpointProblems problems)
    : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var user = string.Empty;
        try
        {
            user = (await EndpointLogin.ConnectionStringAsync(resource, server, cancellationToken).ConfigureAwait(false)).UserID;
            if (server.Local is { Emulator: null })
            {
                return new HealthCheckResult(context.Registration.FailureStatus, "The local server is not up yet.");
            }

            await login.TryAsync(resource, server, cancellationToken).ConfigureAwait(false);
            problems.Worked(resource);
            return HealthCheckResult.Healthy($"'{user}' logged in with an IAM token.");
        }
        catch (Exception exception) when (login.IsOverBy(exception))
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The AppHost stops.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var denied = server.Local?.LastDenialOf(user);
            var reason = exception.Message.ReplaceLineEndings(" ");
            if (server.Local is null)
            {
                // A local server's own log has its denials already.
                problems.Failed(resource, EndpointLogin.Reason(exception, server));
            }

            return new HealthCheckResult(
                context.Registration.FailureStatus,
                denied is null ? reason : $"{reason} — {denied.Denial}: {LoginLog.ExplanationOf(denied)}");
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
        QuietHealthChecks.In(builder.ApplicationBuilder);
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new RdsLoginHealthCheck(
                resource,
                server,
                services.GetRequiredService<EndpointLogin>(),
                services.GetRequiredService<EndpointProblems>()),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }
}
