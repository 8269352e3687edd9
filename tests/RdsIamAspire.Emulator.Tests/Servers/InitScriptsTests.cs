using System.IO.Compression;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>Init scripts run when plugin, database and users are there; what is wrong in them is the user's and is named as such.</summary>
public sealed class InitScriptsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-init-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_run_in_the_database_with_the_plugin_there_and_in_the_order_of_their_names()
    {
        Write("1-schema.sql", "CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1);");
        Write(
            "2-users.sql",
            """
            -- "Creating a database account using IAM authentication", Amazon RDS User Guide
            CREATE USER jane_doe IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
            ALTER USER 'jane_doe'@'%' REQUIRE SSL;
            GRANT SELECT ON orders TO jane_doe;
            GRANT INSERT ON orders.* TO orders_app;
            """);
        await WriteCompressedAsync("3-more.sql.gz", "INSERT INTO orders VALUES (2);");
        Write("notes.txt", "not SQL");

        await using var rds = await StartAsync(options => options.Server = options.Server with { InitScripts = [_folder.FullName] });

        Assert.Equal(2L, await TestServer.ScalarAsync(await ConnectAsync(rds, "jane_doe"), "SELECT COUNT(*) FROM orders", Cancel));
    }

    [Fact]
    public async Task A_script_that_creates_the_applications_own_user_works_as_it_does_on_RDS()
    {
        var script = Write("users.sql", """
            CREATE TABLE items (id int);
            CREATE USER 'orders_app'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
            GRANT SELECT ON orders.* TO 'orders_app'@'%';
            """);

        await using var rds = await StartAsync(options => options.Server = options.Server with { InitScripts = [script] });

        Assert.Equal(0L, await TestServer.ScalarAsync(await ConnectAsync(rds, "orders_app"), "SELECT COUNT(*) FROM items", Cancel));
    }

    [Theory]
    [InlineData(
        "SELECT 1;\n\nCREATE TABLE broken\n  (id int,);\n", 3,
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use"
        + " near ')' at line 2 (1064) in: CREATE TABLE broken (id int,)")]
    [InlineData(
        "CREATE USER a IDENTIFIED BY 'Hidden-1' FROM 'Hidden-1';", 1,
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use"
        + " near 'FROM '…'' at line 1 (1064) in: CREATE USER a IDENTIFIED BY '…' FROM 'Hidden-1'")]
    [InlineData("SELECT 'open", 1, "the ' on line 1 is never closed")]
    [InlineData(
        "source other.sql;", 1, "source is a command of the mysql client, which is not here; give each file as a script of its own")]
    public async Task An_error_has_file_line_and_statement_and_no_password(string text, int line, string problem)
    {
        var script = Write("broken.sql", text);

        var failed = await Assert.ThrowsAsync<InitScriptException>(
            () => StartAsync(options => options.Server = options.Server with { InitScripts = [script] }));

        Assert.Equal($"{script}:{line}: {problem}", failed.Message);
        Assert.Equal((script, line), (failed.File, failed.Line));
    }

    [Fact]
    public async Task With_kept_data_a_failed_first_start_leaves_nothing_and_the_next_one_begins_anew()
    {
        var script = Write("schema.sql", "CREATE TABLE orders (id int); INSERT INTO nowhere VALUES (1);");
        var data = Path.Combine(_folder.FullName, "kept");
        Task<LocalRds> Start() => StartAsync(options => options.Server = options.Server with
        {
            Kind = LocalMySqlServerKind.Mysqld,
            InitScripts = [script],
            DataVolume = data,
        });
        await Assert.ThrowsAsync<InitScriptException>(Start);
        Write("schema.sql", "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1);");

        await using (await Start())
        {
        }

        // And the one after that finds the data, and does not run them again.
        await using var rds = await Start();
        Assert.Equal(1L, await TestServer.ScalarAsync(await ConnectAsync(rds, "orders_app"), "SELECT COUNT(*) FROM orders", Cancel));
    }

    [Fact]
    public async Task A_script_that_is_missing_is_said_before_a_server_is_started()
    {
        var missing = await Assert.ThrowsAsync<FileNotFoundException>(
            () => StartAsync(options => options.Server = options.Server with { InitScripts = ["nowhere.sql"] }));

        Assert.Equal("The init script nowhere.sql does not exist.", missing.Message);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task<LocalRds> StartAsync(Action<LocalRdsOptions> configure) => TestServer.StartRdsAsync(
        options =>
        {
            options.Database = "orders";
            options.IamUsers.Add("orders_app");
            configure(options);
        },
        Cancel);

    private static async Task<string> ConnectAsync(LocalRds rds, string user) =>
        new MySqlConnectionStringBuilder(rds.GetConnectionString(user))
        {
            Password = await rds.Emulator.CreateTokenAsync(user, cancellationToken: Cancel),
            Pooling = false,
        }.ConnectionString;

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task WriteCompressedAsync(string name, string text)
    {
        await using var file = File.Create(Path.Combine(_folder.FullName, name));
        await using var zip = new GZipStream(file, CompressionLevel.Fastest);
        await zip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), Cancel);
    }
}
