using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Clients.Tests;

/// <summary>Clients that people use log in to the local RDS as they log in to RDS: with a token, over verified TLS.</summary>
public sealed class RealClientsTests(SharedRds shared)
{
    private const string Query = "SELECT CONCAT(CURRENT_USER(), ' reads ', item) FROM orders";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MySqlConnector_logs_in()
    {
        await using var database = await OrdersAsync();

        Assert.Equal(
            $"{database.User}@% reads tea",
            await TestServer.ScalarAsync(await database.ConnectionStringWithTokenAsync(Cancel), Query, Cancel));
    }

    [Fact]
    public async Task MySql_Data_logs_in()
    {
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        await using var connection = new MySql.Data.MySqlClient.MySqlConnection(MySqlDataConnectionString(database, token));
        await connection.OpenAsync(Cancel);
        await using var command = new MySql.Data.MySqlClient.MySqlCommand(Query, connection);

        Assert.Equal($"{database.User}@% reads tea", await command.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task The_mysql_command_line_logs_in_with_the_cleartext_plugin_enabled()
    {
        var mysql = RequireMySql();
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        var run = await ClientProcess.RunAsync(
            [.. mysql, .. MySqlArguments(database), "--enable-cleartext-plugin"],
            new Dictionary<string, string> { ["MYSQL_PWD"] = token },
            cancellationToken: Cancel);

        Assert.Equal($"{database.User}@% reads tea", run.Output);
    }

    [Fact]
    public async Task The_mysql_command_line_says_that_the_cleartext_plugin_is_off()
    {
        var mysql = RequireMySql();
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        var run = await ClientProcess.RunAsync(
            [.. mysql, .. MySqlArguments(database)],
            new Dictionary<string, string> { ["MYSQL_PWD"] = token },
            cancellationToken: Cancel);

        Assert.Contains(
            "ERROR 2059 (HY000): Authentication plugin 'mysql_clear_password' cannot be loaded: plugin not enabled",
            run.Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mysql_command_line_with_a_token_of_the_AWS_CLI_logs_in()
    {
        var mysql = RequireMySql();
        await using var database = await OrdersAsync();
        var token = await AwsCliTokenAsync(database);

        var run = await ClientProcess.RunAsync(
            [.. mysql, .. MySqlArguments(database), "--enable-cleartext-plugin"],
            new Dictionary<string, string> { ["MYSQL_PWD"] = token },
            cancellationToken: Cancel);

        Assert.Equal($"{database.User}@% reads tea", run.Output);
    }

    [Fact]
    public async Task MySql2_with_a_token_of_rds_signer_logs_in()
    {
        await RequireNodeAsync();
        await using var database = await OrdersAsync();

        var run = await ClientProcess.RunAsync(
            ["node", "query.mjs"],
            Environment(database),
            folder: ClientProcess.NodeFolder,
            cancellationToken: Cancel);

        Assert.Equal(("", $"{database.User}@% reads tea"), (run.Errors, run.Output));
    }

    [Fact]
    public async Task MySql2_with_a_token_of_the_AWS_CLI_logs_in()
    {
        await RequireNodeAsync();
        await using var database = await OrdersAsync();
        var token = await AwsCliTokenAsync(database);

        var run = await ClientProcess.RunAsync(
            ["node", "query.mjs", "--token-from-stdin"],
            Environment(database),
            token,
            ClientProcess.NodeFolder,
            Cancel);

        Assert.Equal(("", $"{database.User}@% reads tea"), (run.Errors, run.Output));
    }

    [Fact]
    public async Task MySql2_without_the_cleartext_plugin_says_so()
    {
        await RequireNodeAsync();
        await using var database = await OrdersAsync();

        var run = await ClientProcess.RunAsync(
            ["node", "query.mjs"],
            new Dictionary<string, string>(Environment(database)) { ["CLEARTEXT"] = "off" },
            folder: ClientProcess.NodeFolder,
            cancellationToken: Cancel);

        Assert.StartsWith("MYSQL_CLEAR_PASSWORD_NOT_ENABLED", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MySql2_with_a_token_for_another_user_is_denied_as_on_RDS_and_the_emulator_says_why()
    {
        await RequireNodeAsync();
        await using var database = await OrdersAsync();
        var denials = new List<LoginAttempt>();
        void Note(object? _, LoginAttempt attempt) { if (attempt.User == database.User) lock (denials) denials.Add(attempt); }
        shared.Rds.Emulator.LoginJudged += Note;

        var run = await ClientProcess.RunAsync(
            ["node", "query.mjs"],
            new Dictionary<string, string>(Environment(database)) { ["SIGN_AS"] = "somebody_else" },
            folder: ClientProcess.NodeFolder,
            cancellationToken: Cancel);

        shared.Rds.Emulator.LoginJudged -= Note;
        Assert.Matches($"^ER_ACCESS_DENIED_ERROR: Access denied for user '{database.User}'@'.*' \\(using password: YES\\)$", run.Errors);
        Assert.Equal(LoginDenial.UserMismatch, Assert.Single(denials).Denial);
    }

    [Fact]
    public async Task PyMySQL_with_a_token_of_the_AWS_CLI_logs_in()
    {
        var python = await RequirePythonAsync();
        await using var database = await OrdersAsync();
        var token = await AwsCliTokenAsync(database);

        var run = await ClientProcess.RunAsync(
            [python, Path.Combine(ClientProcess.Folder, "python", "query.py")],
            Environment(database),
            token,
            cancellationToken: Cancel);

        Assert.Equal(("", $"{database.User}@% reads tea"), (run.Errors, run.Output));
    }

    [Fact]
    public async Task PyMySQL_with_a_cut_token_is_denied_as_on_RDS()
    {
        var python = await RequirePythonAsync();
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        var run = await ClientProcess.RunAsync(
            [python, Path.Combine(ClientProcess.Folder, "python", "query.py")],
            Environment(database),
            token[..255],
            cancellationToken: Cancel);

        Assert.Matches($"^1045: Access denied for user '{database.User}'@'.*' \\(using password: YES\\)$", run.Errors);
    }

    [Fact]
    public async Task PHP_mysqli_logs_in()
    {
        await ClientProcess.SkipUnlessAsync(
            ["php", "-r", "exit(function_exists('mysqli_connect') ? 0 : 1);"],
            "php with mysqli is not here (apt-get install php-cli php-mysql)",
            Cancel);
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        var run = await ClientProcess.RunAsync(
            ["php", Path.Combine(ClientProcess.Folder, "php", "query.php")],
            Environment(database),
            token,
            cancellationToken: Cancel);

        Assert.Equal(("", $"{database.User}@% reads tea"), (run.Errors, run.Output));
    }

    private async Task<TestDatabase> OrdersAsync()
    {
        var database = await shared.CreateDatabaseAsync(Cancel);
        await database.ExecuteAsync("CREATE TABLE orders (item varchar(20)); INSERT INTO orders VALUES ('tea')", Cancel);
        return database;
    }

    private IReadOnlyDictionary<string, string> Environment(
        TestDatabase database) => shared.Rds.GetEnvironment("db", database.User, database.Name);

    private string[] MySqlArguments(TestDatabase database) =>
    [
        $"--host={shared.Rds.Server.Host}", $"--port={shared.Rds.Server.Port}", $"--user={database.User}", $"--database={database.Name}",
        $"--ssl-ca={shared.Rds.CaCertificatePath}", "--ssl-mode=VERIFY_IDENTITY", "--skip-column-names", "--batch", "--execute", Query,
    ];

    // MySql.Data's VerifyFull asks for a client certificate as well (SslCert); VerifyCA is its strictest without one.
    private static string MySqlDataConnectionString(TestDatabase database, string token)
    {
        var options = new MySqlConnectionStringBuilder(database.ConnectionString);
        return new MySql.Data.MySqlClient.MySqlConnectionStringBuilder
        {
            Server = options.Server,
            Port = options.Port,
            UserID = options.UserID,
            Database = options.Database,
            SslMode = MySql.Data.MySqlClient.MySqlSslMode.VerifyCA,
            SslCa = options.SslCa,
            Password = token,
        }.ConnectionString;
    }

    private async Task<string> AwsCliTokenAsync(TestDatabase database)
    {
        await ClientProcess.SkipUnlessAsync(["aws", "--version"], "the AWS CLI is not here (apt-get install awscli)", Cancel);
        var run = await ClientProcess.RunAsync(
            [
                "aws", "rds", "generate-db-auth-token", "--hostname", shared.Rds.Server.Host, "--port", $"{shared.Rds.Server.Port}",
                "--username", database.User, "--region", shared.Rds.Emulator.Region,
            ],
            Environment(database),
            cancellationToken: Cancel);
        Assert.Equal(0, run.ExitCode);
        return run.Output;
    }

    private static IReadOnlyList<string> RequireMySql()
    {
        var mysql = MySqlCommandLine.Find();
        if (mysql is null) Assert.Skip("the mysql command line is not here (rds-iam server prepare unpacks one)");
        return mysql!;
    }

    private static Task RequireNodeAsync() =>
        Directory.Exists(Path.Combine(ClientProcess.NodeFolder, "node_modules", "mysql2"))
            ? ClientProcess.SkipUnlessAsync(["node", "--version"], "node is not here (apt-get install nodejs)", Cancel)
            : Task.FromException(
                Xunit.Sdk.SkipException.ForSkip("mysql2 and rds-signer are not here (npm ci in tests/RdsIamAspire.Clients.Tests/node)"));

    // Debian's package serves the system's own Python; a PATH may have another one first.
    private static async Task<string> RequirePythonAsync()
    {
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        await ClientProcess.SkipUnlessAsync(
            [python, "-c", "import pymysql"],
            "PyMySQL is not here (apt-get install python3-pymysql)",
            Cancel);
        return python;
    }
}
