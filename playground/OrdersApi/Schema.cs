using System.Data.Common;
using Dapper;

namespace OrdersApi;

/// <summary>Brings table and first rows, once; safe to run from many instances and at every start.</summary>
internal sealed partial class Schema(DbDataSource database, ILogger<Schema> logger) : IHostedService
{
    private const string Sql = """
        CREATE TABLE IF NOT EXISTS orders (
            id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
            customer VARCHAR(100) NOT NULL,
            total DECIMAL(10, 2) NOT NULL,
            placed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
        );
        INSERT IGNORE INTO orders (id, customer, total) VALUES (1, 'Ada Lovelace', 12.50), (2, 'Grace Hopper', 99.00), (3, 'Mary Kenneth Keller', 7.25);
        """;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
        }
        catch (DbException e)
        {
            // The service starts all the same: /health says what is wrong, and requests work as soon as it is put right.
            LogFailed(logger, e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Error, "The schema could not be brought in.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
