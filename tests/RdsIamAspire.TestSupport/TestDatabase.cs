using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.TestSupport;

/// <summary>A database of one test, with an IAM user that has all privileges on it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly LocalRds _rds;

    private TestDatabase(LocalRds rds, string name)
    {
        _rds = rds;
        Name = name;
        User = name + "_app";
    }

    public string Name { get; }

    public string User { get; }

    /// <summary>Without a password, VerifyFull, the local CA.</summary>
    public string ConnectionString => _rds.GetConnectionString(User, Name);

    public static async Task<TestDatabase> CreateAsync(LocalRds rds, CancellationToken cancellationToken = default)
    {
        var database = new TestDatabase(rds, "t" + Guid.NewGuid().ToString("N")[..10]);
        await rds.Emulator.CreateIamUserAsync(database.User, database.Name, cancellationToken);
        return database;
    }

    /// <summary>The connection string with a fresh token as password, for clients that are handed one.</summary>
    public async Task<string> ConnectionStringWithTokenAsync(CancellationToken cancellationToken = default) =>
        new MySqlConnectionStringBuilder(ConnectionString)
        {
            Password = await _rds.Emulator.CreateTokenAsync(User, cancellationToken: cancellationToken),
            Pooling = false,
        }.ConnectionString;

    /// <summary>Runs SQL as the superuser, to prepare what the test is about.</summary>
    public Task ExecuteAsync(
        string sql,
        CancellationToken cancellationToken = default) => TestServer.ExecuteAsync(_rds.Server, $"USE `{Name}`; {sql}", cancellationToken);

    public async ValueTask DisposeAsync() =>
        await TestServer.ExecuteAsync(
            _rds.Server,
            $"DROP DATABASE IF EXISTS `{Name}`; DROP USER IF EXISTS `{User}`@`%`",
            CancellationToken.None);
}
