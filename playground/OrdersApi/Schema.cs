using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrdersApi;

/// <summary>
/// Brings table and first rows where nobody else has, once; safe to run from many instances and at every start. It needs CREATE for that,
/// and where the
/// AppHost or a migration has made the table it needs nothing.
/// </summary>
internal sealed partial class Schema(DbDataSource database, ILogger<Schema> logger) : IHostedService, IHealthCheck
{
    private const string IsThere = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = "
        + "'orders'";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            if (await connection.ExecuteScalarAsync<long>(new CommandDefinition(IsThere, cancellationToken: cancellationToken)) == 0)
                await connection.ExecuteAsync(
                    new CommandDefinition(await ReadAsync(cancellationToken), cancellationToken: cancellationToken));
        }
        catch (DbException e)
        {
            // The service starts all the same: /health says what is wrong, and requests work as soon as it is put right.
            LogFailed(logger, e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A service whose table is not there is not healthy, however well its logins work.</summary>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteScalarAsync<long>(
                new CommandDefinition(
                    "SELECT COUNT(*) FROM (SELECT 1 FROM orders LIMIT 1) AS first", cancellationToken: cancellationToken));
            return HealthCheckResult.Healthy();
        }
        catch (DbException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"The table of orders cannot be read: {e.Message}");
        }
    }

    private static async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using var script = new StreamReader(typeof(Schema).Assembly.GetManifestResourceStream("schema.sql")!);
        return await script.ReadToEndAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "The schema could not be brought in: the user may not create tables, or the database does not answer.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
