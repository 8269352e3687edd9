using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.EntityFrameworkCore.DataSources;

namespace RdsIamAspire.EntityFrameworkCore.Hosting;

/// <summary>
/// Makes the first token of a context while the host starts, and looks at its connection string: what is wrong with that is said now and
/// not by the first request.
/// </summary>
internal sealed partial class ContextWarmUp<TContext>(
    IServiceProvider services, RdsIamMySqlDbContextSettings settings, ILogger<ContextWarmUp<TContext>> logger) : IHostedService
    where TContext : DbContext
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.DisableWarmUp || EF.IsDesignTime)
            return;
        // A context that the application configures itself says its connection string only to whoever asks for its options.
        if (settings.ConnectionString is null)
        {
            using var scope = services.CreateScope();
            _ = scope.ServiceProvider.GetRequiredService<DbContextOptions<TContext>>();
        }

        var source = services.GetRequiredKeyedService<ContextDataSource>(typeof(TContext)).DataSource;
        try
        {
            await source.PrepareRdsIamLoginAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RdsAuthTokenException e)
        {
            LogCold(logger, typeof(TContext).Name, e.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "The host starts without a token for the context {Context}; logins try again. {Reason}")]
    private static partial void LogCold(ILogger logger, string context, string reason);
}
