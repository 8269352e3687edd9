using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Testcontainers;

/// <summary>
/// A database of one test class on a shared server, with an IAM user that has all privileges on it. Gone when it is disposed of.
/// </summary>
public sealed class RdsMySqlDatabase : IAsyncDisposable
{
    private readonly RdsMySqlContainer _rds;

    internal RdsMySqlDatabase(RdsMySqlContainer rds, string name)
    {
        _rds = rds;
        Name = name;
    }

    /// <summary>The database's name.</summary>
    public string Name { get; }

    /// <summary>The IAM user.</summary>
    public string User => Name;

    /// <summary>A connection string without a password.</summary>
    public string GetConnectionString() => _rds.GetConnectionString(User, Name);

    /// <summary>A data source that logs in with a token.</summary>
    /// <param name="configure">More options of the data source.</param>
    public MySqlDataSource CreateDataSource(
        Action<MySqlDataSourceBuilder>? configure = null) => _rds.CreateDataSource(User, Name, configure);

    /// <summary>Runs SQL as root in this database: a schema, rows to start from.</summary>
    public Task ExecuteAsync(
        string sql,
        CancellationToken cancellationToken = default) => _rds.ExecuteAsync($"USE {Sql.Identifier(Name)}; {sql}", cancellationToken);

    /// <summary>Drops database and user.</summary>
    public async ValueTask DisposeAsync() =>
        await _rds.ExecuteAsync(
            $"DROP DATABASE IF EXISTS {Sql.Identifier(Name)}; DROP USER IF EXISTS {Sql.Text(User)}@'%'",
            CancellationToken.None).ConfigureAwait(false);
}
