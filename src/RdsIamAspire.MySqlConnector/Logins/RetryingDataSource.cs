using System.Data.Common;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// The data source as <see cref="DbDataSource"/>: the connections it opens are tried once more after an Access denied with an old token.
/// </summary>
internal sealed class RetryingDataSource(MySqlDataSource dataSource) : DbDataSource
{
    public override string ConnectionString => dataSource.ConnectionString;

    protected override DbConnection CreateDbConnection() => dataSource.CreateConnection();

    protected override DbConnection OpenDbConnection() => dataSource.OpenRdsIamConnection();

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
        await dataSource.OpenRdsIamConnectionAsync(cancellationToken).ConfigureAwait(false);
}
