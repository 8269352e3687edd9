using Dapper;
using MySqlConnector;

namespace RdsIamAspire.Testcontainers.Tests;

public sealed class ReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_survives_a_failover_of_its_cluster()
    {
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").WithReader().Build();
        await rds.StartAsync(Cancel);
        await using var writer = rds.CreateDataSource("orders_app");
        await using var reader = new MySqlDataSourceBuilder(rds.GetReaderConnectionString("orders_app")).Build();
        reader.Password = rds.CreateToken("orders_app");
        await using (var connection = await writer.OpenConnectionAsync(Cancel))
            await connection.ExecuteAsync("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
        await rds.WaitForReaderAsync(Cancel);
        await using (var connection = await reader.OpenConnectionAsync(Cancel))
            Assert.Equal(7, await connection.ExecuteScalarAsync<int>("SELECT id FROM kept"));

        var done = await rds.FailoverAsync(Cancel);

        Assert.Equal("instance-2", done.NewWriter);
        await using (var connection = await writer.OpenConnectionAsync(Cancel))
            await connection.ExecuteAsync("INSERT INTO kept VALUES (8)");
        await rds.WaitForReaderAsync(Cancel);
        var sum = await new MySqlConnection(rds.GetReaderConnectionString() + $";Pooling=false;Password={rds.CreateToken()}")
            .ExecuteScalarAsync<int>("SELECT SUM(id) FROM kept");
        Assert.Equal(15, sum);
    }

    [Fact]
    public async Task Without_a_reader_there_is_no_failover()
    {
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").Build();
        await rds.StartAsync(Cancel);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => rds.FailoverAsync(Cancel));

        Assert.Equal("This server has no reader; call WithReader() on the builder.", refused.Message);
    }
}
