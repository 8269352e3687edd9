using MySqlConnector;

[assembly: AssemblyFixture(typeof(RdsIamAspire.Emulator.Tests.RealServer))]

namespace RdsIamAspire.Emulator.Tests;

/// <summary>One real MySQL server for all tests that need one; each of them attaches an emulator of its own.</summary>
public sealed class RealServer : IAsyncLifetime
{
    private ILocalMySqlServer? _server;
    private string? _absent;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await LocalMySqlServer.StartAsync(new LocalMySqlServerOptions { Names = [Scene.Endpoint] });
            await RunAsync("""
                CREATE DATABASE shop;
                CREATE TABLE shop.items (id INT PRIMARY KEY, name VARCHAR(20));
                INSERT INTO shop.items VALUES (1, 'anvil');
                """);
        }
        catch (LocalMySqlServerException exception)
        {
            _absent = exception.Message;
        }
    }

    public ILocalMySqlServer Server
    {
        get
        {
            if (_server is null) Assert.Skip($"No MySQL server to test on: {_absent}");
            return _server;
        }
    }

    /// <summary>SQL as the server's administrator.</summary>
    public async Task<object?> RunAsync(string sql)
    {
        await using var connection = new MySqlConnection(
            new MySqlConnectionStringBuilder(Server.AdminConnectionString) { AllowUserVariables = true, Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}

/// <summary>The tests on the real server: one after the other, because a server has one emulator at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OnARealServer
{
    public const string Name = "on a real server";
}
