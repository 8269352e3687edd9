using System.Diagnostics;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Provisioning.Tests.Grants;

/// <summary>
/// The published grant script on a real MySQL whose tokens the emulator judges: for new users, and for users that have a password.
/// </summary>
public sealed class GrantScriptTests(SharedRds shared) : IAsyncLifetime
{
    private const string Password = "n0t-4-s3cret";
    private readonly string _database = "t" + Guid.NewGuid().ToString("N")[..10];
    private readonly string _user = "u" + Guid.NewGuid().ToString("N")[..10];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await AdminAsync($"CREATE DATABASE {_database}; CREATE TABLE {_database}.orders (id INT)");

    public async ValueTask DisposeAsync()
    {
        await TestServer.ExecuteAsync(
            shared.Rds.Server,
            $"DROP DATABASE {_database}; DROP USER IF EXISTS {_user}, {_user}@localhost, {_user}@`10.%`",
            CancellationToken.None);
    }

    [Fact]
    public async Task A_new_user_logs_in_with_a_token_and_may_do_what_was_granted()
    {
        var report = await RunAsync(Script());

        Assert.Equal([$"{_user}@% an IAM token, over TLS"], report);
        Assert.Equal(0L, await AsUserAsync(await TokenAsync(), $"SELECT COUNT(*) FROM {_database}.orders"));
        Assert.True((await AccountsAsync()).Single().UsesIam);
    }

    [Fact]
    public async Task A_user_with_a_password_logs_in_with_a_token_from_then_on_and_with_its_password_no_more_and_keeps_its_grants()
    {
        await AdminAsync($"CREATE USER {_user} IDENTIFIED BY '{Password}'; GRANT CREATE, DROP ON {_database}.* TO {_user}");
        Assert.Equal(0L, await AsUserAsync(Password, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = "
            + $"'{_database}' AND table_name = 'none'"));

        var report = await RunAsync(Script());

        Assert.Equal([$"{_user}@% an IAM token, over TLS"], report);
        await AsUserAsync(await TokenAsync(), $"CREATE TABLE {_database}.kept (id INT)");
        var denied = await Assert.ThrowsAsync<MySqlException>(() => AsUserAsync(Password, "SELECT 1"));
        Assert.Equal(MySqlErrorCode.AccessDenied, denied.ErrorCode);
    }

    [Fact]
    public async Task A_user_whose_password_has_expired_is_altered_too()
    {
        await AdminAsync($"CREATE USER {_user} IDENTIFIED BY '{Password}' PASSWORD EXPIRE");

        await RunAsync(Script());

        Assert.Equal(
            1L, Convert.ToInt64(await AsUserAsync(await TokenAsync(), "SELECT 1"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Running_it_again_changes_nothing()
    {
        await RunAsync(Script());
        var made = await ShowAsync();

        await RunAsync(Script());

        Assert.Equal(made, await ShowAsync());
    }

    [Fact]
    public async Task Without_AlterExisting_a_user_with_a_password_keeps_it()
    {
        await AdminAsync($"CREATE USER {_user} IDENTIFIED BY '{Password}'");

        await RunAsync(RdsGrantScript.Create(new RdsGrantRequest(_user) { IfNotExists = true }));

        Assert.Equal("caching_sha2_password", (await AccountsAsync()).Single().Plugin);
    }

    [Fact]
    public async Task What_still_logs_in_with_a_password_or_not_at_all_is_shown()
    {
        await AdminAsync($"CREATE USER {_user}@localhost IDENTIFIED BY '{Password}'; CREATE USER {_user}@`10.%` IDENTIFIED BY "
            + $"'{Password}' ACCOUNT LOCK");

        var report = await RunAsync(Script());

        Assert.Equal(
            [$"{_user}@% an IAM token, over TLS", $"{_user}@10.% nothing: it is locked", $"{_user}@localhost STILL A "
                + "PASSWORD: caching_sha2_password"],
            report);
        Assert.Equal([true, false, false], (await AccountsAsync()).Select(static account => account.UsesIam));
    }

    [Theory]
    [InlineData("GRANT CREATE USER ON *.* TO {0}")]
    [InlineData("CREATE ROLE IF NOT EXISTS rds_superuser_role; GRANT rds_superuser_role TO {0}")]
    public async Task An_administrator_is_never_altered(string makeAdministrator)
    {
        await AdminAsync($"CREATE USER {_user} "
            + $"IDENTIFIED BY '{Password}'; " + string.Format(System.Globalization.CultureInfo.InvariantCulture, makeAdministrator, _user));

        var stopped = await Assert.ThrowsAsync<MySqlException>(() => RunAsync(Script()));

        Assert.Contains($"stopped: {_user} is an administrator of this server", stopped.Message, StringComparison.Ordinal);
        Assert.Equal("caching_sha2_password", (await AccountsAsync()).Single().Plugin);
        Assert.True((await AccountsAsync()).Single().IsAdministrator);
    }

    [Fact]
    public async Task A_script_for_several_users_stops_before_it_has_changed_any_of_them()
    {
        var root = new MySqlConnectionStringBuilder(shared.Rds.Server.AdminConnectionString).UserID;
        RdsGrantRequest[] requests = [new(_user) { AlterExisting = true }, new(root) { AlterExisting = true }];

        await Assert.ThrowsAsync<MySqlException>(() => RunAsync(RdsGrantScript.Create(requests)));

        Assert.Empty(await AccountsAsync());
    }

    [Fact]
    public async Task Who_runs_it_is_never_altered()
    {
        var root = new MySqlConnectionStringBuilder(shared.Rds.Server.AdminConnectionString).UserID;

        var stopped = await Assert.ThrowsAsync<MySqlException>(() => RunAsync(Script(root)));

        Assert.Contains($"stopped: {root} is an administrator of this server", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ANSI")]
    [InlineData("ANSI_QUOTES,NO_BACKSLASH_ESCAPES")]
    [InlineData("TRADITIONAL")]
    [InlineData("")]
    public async Task It_means_the_same_in_every_sql_mode(string mode)
    {
        var report = await RunAsync($"SET SESSION sql_mode = '{mode}';\n" + Script());

        Assert.Equal([$"{_user}@% an IAM token, over TLS"], report);
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("back\\slash")]
    [InlineData("пользователь")]
    public async Task A_name_that_only_MySQL_takes_is_found_and_altered_like_any_other(string name)
    {
        var account = $"`{name}`";
        try
        {
            await AdminAsync($"CREATE USER {account} IDENTIFIED BY '{Password}'");

            var report = await RunAsync(Script(name));

            Assert.Equal([$"{name}@% an IAM token, over TLS"], report);
        }
        finally
        {
            await TestServer.ExecuteAsync(shared.Rds.Server, $"DROP USER IF EXISTS {account}", CancellationToken.None);
        }
    }

    [Fact]
    public async Task The_mysql_client_runs_it_and_ends_with_an_error_where_it_stops()
    {
        var client = MySqlCommandLine.Find();
        if (client is null) Assert.Skip("no mysql command line on this machine.");

        var made = await ClientAsync(client, Script());
        Assert.Contains($"{_user}@%\tan IAM token, over TLS", made.Output, StringComparison.Ordinal);

        await AdminAsync($"GRANT CREATE USER ON *.* TO {_user}");
        var stopped = await ClientAsync(client, Script());
        Assert.NotEqual(0, stopped.ExitCode);
        Assert.Contains($"stopped: {_user} is an administrator", stopped.Error, StringComparison.Ordinal);
    }

    private string Script(string? user = null) =>
        RdsGrantScript.Create(new RdsGrantRequest(user ?? _user) { Databases = [_database], AlterExisting = true });

    /// <summary>Runs a script as the master user; gives the rows that it ends with.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(string script)
    {
        var admin = new MySqlConnectionStringBuilder(shared.Rds.Server.AdminConnectionString) { AllowUserVariables = true };
        await using var connection = new MySqlConnection(admin.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(script, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var rows = new List<string>();
        do
        {
            while (await reader.ReadAsync(Cancel)) rows.Add($"{reader.GetString(0)} {reader.GetString(1)}");
        }
        while (await reader.NextResultAsync(Cancel));

        return rows;
    }

    private async Task<IReadOnlyList<RdsDatabaseAccount>> AccountsAsync()
    {
        await using var connection = new MySqlConnection(shared.Rds.Server.AdminConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(RdsGrantScript.CreateAccountQuery(_user), connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var accounts = new List<RdsDatabaseAccount>();
        while (await reader.ReadAsync(Cancel))
        {
            accounts.Add(new(
                reader.GetString("host"),
                reader.GetString("plugin"),
                reader.GetBoolean("requires_tls"),
                reader.GetBoolean("is_locked"),
                reader.GetBoolean("is_administrator")));
        }

        return accounts;
    }

    private Task AdminAsync(string sql) => TestServer.ExecuteAsync(shared.Rds.Server, sql, Cancel);

    private async Task<string> ShowAsync() =>
        $"{await TestServer.ScalarAsync(shared.Rds.Server.AdminConnectionString, $"SHOW CREATE USER {_user}", Cancel)}";

    private Task<string> TokenAsync() => shared.Rds.Emulator.CreateTokenAsync(_user, cancellationToken: Cancel);

    private Task<object?> AsUserAsync(string password, string sql)
    {
        var login = new MySqlConnectionStringBuilder(shared.Rds.GetConnectionString(_user)) { Password = password, Pooling = false };
        return TestServer.ScalarAsync(login.ConnectionString, sql, Cancel);
    }

    private async Task<Tool.Said> ClientAsync(IReadOnlyList<string> command, string script)
    {
        var admin = new MySqlConnectionStringBuilder(shared.Rds.Server.AdminConnectionString);
        string[] options = ["--no-defaults", "--protocol=TCP", $"--host={admin.Server}", $"--port={admin.Port}", $"--user={admin.UserID}"];
        using var client = new Process
        {
            StartInfo = new(command[0], [.. command.Skip(1), .. options])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["MYSQL_PWD"] = admin.Password },
            },
        };
        client.Start();
        var output = client.StandardOutput.ReadToEndAsync(Cancel);
        var error = client.StandardError.ReadToEndAsync(Cancel);
        await client.StandardInput.WriteAsync(script.AsMemory(), Cancel);
        client.StandardInput.Close();
        await client.WaitForExitAsync(Cancel);
        return new(client.ExitCode, await output, await error);
    }
}
