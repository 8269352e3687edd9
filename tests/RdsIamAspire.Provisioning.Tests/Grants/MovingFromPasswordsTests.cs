using System.Reflection;
using System.Text.RegularExpressions;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Provisioning.Tests.Grants;

/// <summary>docs/moving-from-passwords.md, its SQL run as it stands, with a service on each side of the move.</summary>
public sealed partial class MovingFromPasswordsTests(SharedRds shared) : IAsyncLifetime
{
    private const string Password = "n0t-4-s3cret";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await AdminAsync(
        $"CREATE DATABASE orders; CREATE TABLE orders.orders (id INT); CREATE USER orders IDENTIFIED BY '{Password}'; GRANT "
            + "ALL ON orders.* TO orders");

    public async ValueTask DisposeAsync() => await TestServer.ExecuteAsync(
        shared.Rds.Server, "DROP DATABASE IF EXISTS orders; DROP USER IF EXISTS orders, orders_app", CancellationToken.None);

    [Fact]
    public async Task A_second_user_takes_over_and_at_each_step_there_is_a_way_back()
    {
        var blocks = await BlocksAsync();

        Assert.Contains("orders", await QueryAsync(blocks["1. Look"][0], "User"));
        await AdminAsync("CREATE DEFINER = orders VIEW orders.theirs AS SELECT id FROM orders.orders");
        Assert.Contains("theirs", await QueryAsync(blocks["1. Look"][1], "name"));

        await AdminAsync(blocks["3. Make the second user"][0]);
        await AssertBothAsync();

        Assert.Equal(["orders", "orders_app"], (await QueryAsync(blocks["6. Watch who still logs in with the "
            + "password"][0], "USER")).Distinct().Order());

        await using var open = await OpenAsync("orders", Password);
        await AdminAsync(blocks["7. Lock the first user"][0]);
        var locked = await Assert.ThrowsAsync<MySqlException>(() => WorkAsync("orders", Password));
        Assert.Equal(3118, locked.Number);
        Assert.Contains("'orders'@", locked.Message, StringComparison.Ordinal);
        await WorkAsync(open);
        await WorkAsync("orders_app", await TokenAsync("orders_app"));

        await AdminAsync(blocks["7. Lock the first user"][1]);
        await AssertBothAsync();

        await AdminAsync(blocks["7. Lock the first user"][0]);
        await AdminAsync(blocks["8. Remove it"][0]);
        await WorkAsync("orders_app", await TokenAsync("orders_app"));
        await Assert.ThrowsAsync<MySqlException>(() => WorkAsync("orders", Password));
    }

    [Fact]
    public async Task The_user_itself_can_be_moved_and_moved_back_and_its_open_sessions_stay()
    {
        var blocks = (await BlocksAsync())["Keeping the user's name"];
        await using var open = await OpenAsync("orders", Password);

        await AdminAsync(blocks[0]);
        await WorkAsync(open);
        await WorkAsync("orders", await TokenAsync("orders"));
        var denied = await Assert.ThrowsAsync<MySqlException>(() => WorkAsync("orders", Password));
        Assert.Equal(MySqlErrorCode.AccessDenied, denied.ErrorCode);

        await AdminAsync(blocks[1]);
        await WorkAsync("orders", "a-new-password");
    }

    [Fact]
    public async Task The_page_has_the_statements_that_the_library_writes()
    {
        var blocks = await BlocksAsync();

        Assert.Equal(RdsGrantScript.Create("orders_app", "orders"), blocks["3. Make the second user"][0]);
        var altered = RdsGrantScript.CreateStatements(new RdsGrantRequest("orders") { AlterExisting = true });
        Assert.Equal(string.Concat(altered.Select(static statement => statement + ";\n")), blocks["Keeping the user's name"][0]);
    }

    private async Task AssertBothAsync()
    {
        await WorkAsync("orders", Password);
        await WorkAsync("orders_app", await TokenAsync("orders_app"));
    }

    private Task<string> TokenAsync(string user) => shared.Rds.Emulator.CreateTokenAsync(user, cancellationToken: Cancel);

    private async Task WorkAsync(string user, string password)
    {
        await using var connection = await OpenAsync(user, password);
        await WorkAsync(connection);
    }

    private static async Task WorkAsync(MySqlConnection connection)
    {
        await using var command = new MySqlCommand("INSERT INTO orders.orders VALUES (1)", connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private async Task<MySqlConnection> OpenAsync(string user, string password)
    {
        var login = new MySqlConnectionStringBuilder(shared.Rds.GetConnectionString(user)) { Password = password, Pooling = false };
        var connection = new MySqlConnection(login.ConnectionString);
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private Task AdminAsync(string sql) => TestServer.ExecuteAsync(shared.Rds.Server, sql, Cancel);

    /// <summary>The values of a column, from whichever of the statements has it.</summary>
    private async Task<IReadOnlyList<string>> QueryAsync(string sql, string column)
    {
        await using var connection = new MySqlConnection(shared.Rds.Server.AdminConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var values = new List<string>();
        do
        {
            var ordinal = Enumerable.Range(0, reader.FieldCount).FirstOrDefault(i => reader.GetName(i) == column, -1);
            while (ordinal >= 0 && await reader.ReadAsync(Cancel)) values.Add(reader.GetString(ordinal));
        }
        while (await reader.NextResultAsync(Cancel));

        return values;
    }

    /// <summary>The page's SQL blocks by the heading that they are under.</summary>
    private static async Task<Dictionary<string, List<string>>> BlocksAsync()
    {
        var metadata = typeof(MovingFromPasswordsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        var docs = metadata.Single(static attribute => attribute.Key == "Docs").Value!;
        var page = (await File.ReadAllTextAsync(Path.Combine(docs, "moving-from-passwords.md"), Cancel)).ReplaceLineEndings("\n");
        var blocks = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var heading = "";
        foreach (Match part in HeadingOrBlock().Matches(page))
        {
            if (part.Groups["heading"] is { Success: true } title) blocks[heading = title.Value] = [];
            else blocks[heading].Add(part.Groups["sql"].Value);
        }

        return blocks;
    }

    [GeneratedRegex("^(?:## (?<heading>.+)|```sql\n(?<sql>[^`]*(?:`(?!``)[^`]*)*)```)$", RegexOptions.Multiline)]
    private static partial Regex HeadingOrBlock();
}
