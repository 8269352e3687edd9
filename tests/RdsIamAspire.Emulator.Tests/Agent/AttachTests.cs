using System.Diagnostics;
using System.Runtime.InteropServices;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>Attaching to a server: what may be in the way, and what the message says then.</summary>
[Collection(OnARealServer.Name)]
public sealed class AttachTests(RealServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_without_plugin_and_functions_gets_them()
    {
        await RemoveAsync();
        await using var scene = await Scene.AttachAsync(server);
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        Assert.Equal(
            "ACTIVE",
            await server.RunAsync("SELECT PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'AWSAuthenticationPlugin'"));
    }

    [Fact]
    public async Task A_missing_library_is_named_with_its_place()
    {
        await RemoveAsync();
        await using var connection = await OpenAsync();
        var (folder, machine) =
            ((string?)await server.RunAsync("SELECT @@plugin_dir"), (string?)await server.RunAsync("SELECT @@version_compile_machine"));
        var refused = await Assert.ThrowsAsync<EmulatorAttachException>(
            () => PluginInstallation.EnsureAsync(connection, Cancelled, "missing_plugin.so"));
        Assert.StartsWith(
            $"The server cannot load {folder!.TrimEnd('/')}/missing_plugin.so: it is missing, not readable, or built for another "
                + $"architecture than the server's {machine}."
            + $" Put the {(machine == "x86_64" ? "linux-x64" : "linux-arm64")} library of this package there "
            + "(EmulatorPlugin.GetLibrary gives its bytes; readable for the server's user) and attach again; for a container: copy it "
            + "in before its start."
            + " LocalMySqlServer does this by itself. The server says: Can't open shared library ",
            refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_for_another_architecture_is_named_as_such()
    {
        await RemoveAsync();
        await using var connection = await OpenAsync();
        var other = (string?)await server.RunAsync("SELECT @@version_compile_machine") == "x86_64" ? Architecture.Arm64 : Architecture.X64;
        await PlaceAsync("other_architecture.so", EmulatorPlugin.GetLibrary(other));
        var refused = await Assert.ThrowsAsync<EmulatorAttachException>(
            () => PluginInstallation.EnsureAsync(connection, Cancelled, "other_architecture.so"));
        Assert.Contains(
            "other_architecture.so: it is missing, not readable, or built for another architecture than the server's ",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_library_is_refused_and_the_server_goes_on()
    {
        await RemoveAsync();
        await using var connection = await OpenAsync();
        await PlaceAsync("no_library.so", "this is a text"u8.ToArray());
        await Assert.ThrowsAsync<EmulatorAttachException>(() => PluginInstallation.EnsureAsync(connection, Cancelled, "no_library.so"));
        await using var scene = await Scene.AttachAsync(server);
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    [Fact]
    public async Task The_plugin_of_somebody_else_is_left_alone()
    {
        await using var scene = await Scene.AttachAsync(server);
        await using var connection = await OpenAsync();
        var refused =
            await Assert.ThrowsAsync<EmulatorAttachException>(() => PluginInstallation.EnsureAsync(connection, Cancelled, "another.so"));
        Assert.Equal(
            "The server has an AWSAuthenticationPlugin of another library already (aws_authentication_plugin.so). Is this a real RDS "
                + "database? Nothing was changed. The emulator needs a server without one.",
            refused.Message);
    }

    [Fact]
    public async Task A_second_emulator_is_refused_and_does_not_disturb_the_first()
    {
        await using var scene = await Scene.AttachAsync(server);
        var refused = await Assert.ThrowsAsync<EmulatorAttachException>(
            () => RdsIamEmulator.AttachAsync(server.Server.AdminConnectionString, null, Cancelled));
        Assert.Equal(
            "Another emulator is attached to this server and judges its logins; a server has one at a time. End the other process (or "
                + "dispose its RdsIamEmulator), or start a server of your own.",
            refused.Message);
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    [Fact]
    public async Task After_an_emulator_has_ended_the_next_one_attaches_at_once()
    {
        for (var round = 0; round < 3; round++)
        {
            await using var scene = await Scene.AttachAsync(server);
            Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        }
    }

    [Fact]
    public async Task The_claim_of_an_emulator_that_was_killed_is_free_after_seconds()
    {
        await using (await Scene.AttachAsync(server))
        {
        }

        // What a killed process leaves behind: a claim, and a call that waits and even takes the next login.
        await server.RunAsync("SET GLOBAL awsauthenticationplugin_agent = REPEAT('f', 64)");
        var waiting = server.RunAsync("SELECT rds_iam_next_login(REPEAT('f', 64), 1000)");
        await using var scene = await Scene.AttachAsync(server);
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        await waiting;
    }

    [Fact]
    public async Task Without_an_emulator_logins_are_refused_and_the_servers_log_says_why()
    {
        await using var scene = await Scene.AttachAsync(server);
        var token = scene.Signer.Sign();
        await scene.Emulator.DisposeAsync();
        Assert.Contains("1045 (28000): Access denied for user 'app'@", (await scene.LogInAsync(token)).Error, StringComparison.Ordinal);
        // The line takes its way through the engine's log.
        await TestServer.EventuallyAsync(
            async () => (await server.Server.ReadLogAsync(50, Cancelled)).Contains(
                "[AWSAuthenticationPlugin] a login was refused: no agent answered in time",
                StringComparison.Ordinal),
            "the server's log says why",
            Cancelled);
    }

    [Fact]
    public async Task A_restart_of_the_server_is_survived()
    {
        await using var scene = await Scene.AttachAsync(server);
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        await server.Server.RestartAsync(Cancelled);
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    [Fact]
    public async Task Plugin_and_functions_that_somebody_dropped_come_back()
    {
        await using var scene = await Scene.AttachAsync(server);
        await RemoveAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while ((await scene.LogInAsync(scene.Signer.Sign())).CurrentUser is null)
            patience.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Two_servers_with_an_emulator_each_do_not_disturb_each_other()
    {
        await using var mine = await Scene.AttachAsync(server);
        await using var other = await LocalRds.StartAsync(new LocalRdsOptions { Database = "shop", IamUsers = { "app" } }, Cancelled);
        other.Emulator.Faults.RefuseNewLogins = true;
        Assert.Equal("app@%", (await mine.LogInAsync(mine.Signer.Sign())).CurrentUser);
        Assert.Single(mine.Attempts);

        other.Emulator.Faults.Reset();
        other.Emulator.AddEndpoint(Scene.Endpoint, 3306);
        var foreign = mine.Signer.Sign();
        mine.Remember(foreign);
        await using var connection = new MySqlConnection(
            new MySqlConnectionStringBuilder(other.GetConnectionString()) { Password = foreign, Pooling = false }.ConnectionString);
        var watched = other.Emulator.WatchLoginsAsync(Cancelled);
        await Assert.ThrowsAsync<MySqlException>(() => connection.OpenAsync(Cancelled));
        await foreach (var attempt in watched)
        {
            Assert.Equal(LoginDenial.UnknownAccessKey, attempt.Denial);
            break;
        }
    }

    [Fact]
    public async Task A_server_that_is_down_is_named()
    {
        var refused = await Assert.ThrowsAsync<EmulatorAttachException>(
            () => RdsIamEmulator.AttachAsync("Server=127.0.0.1;Port=1;User ID=root;Password=unused", null, Cancelled));
        Assert.StartsWith(
            "No MySQL server answers at 127.0.0.1:1. Start it, or correct Server and Port of the admin connection string.",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_admin_password_is_said_without_showing_it()
    {
        var wrong =
            new MySqlConnectionStringBuilder(server.Server.AdminConnectionString) { Password = "not the password" }.ConnectionString;
        var refused = await Assert.ThrowsAsync<EmulatorAttachException>(() => RdsIamEmulator.AttachAsync(wrong, null, Cancelled));
        Assert.StartsWith(
            $"The admin user 'root' cannot log in to {server.Server.Host}:{server.Server.Port} or lacks a privilege: Access denied for "
                + "user 'root'@",
            refused.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_without_privileges_is_told_which_it_needs()
    {
        await RemoveAsync();
        await server.RunAsync("CREATE USER IF NOT EXISTS weak IDENTIFIED BY 'weak-Pass-1'");
        var weak = new MySqlConnectionStringBuilder(server.Server.AdminConnectionString) { UserID = "weak", Password = "weak-Pass-1" }.ConnectionString;
        var refused = await Assert.ThrowsAsync<EmulatorAttachException>(() => RdsIamEmulator.AttachAsync(weak, null, Cancelled));
        Assert.StartsWith(
            "weak@% may not attach the emulator: it needs SELECT, INSERT and DELETE on mysql.*, SYSTEM_VARIABLES_ADMIN, SELECT on "
                + "performance_schema.*, PROCESS and CONNECTION_ADMIN. Attach as root. The server says: ",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_is_not_one_is_refused_before_anything_is_done()
    {
        var options = new RdsIamEmulatorOptions();
        options.Principals.Add(EmulatorPrincipal.Create("arn:aws:iam::123456789012:user/app", "{}"));
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => RdsIamEmulator.AttachAsync("Server=127.0.0.1;Port=1;User ID=root", options, Cancelled));
        Assert.StartsWith("Policy 1 of arn:aws:iam::123456789012:user/app (AKIALOCAL", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            " would be refused by IAM: document (line 1, column 1): it has no Statement",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_log_says_what_the_plugin_was_loaded_into()
    {
        await RemoveAsync();
        await using var scene = await Scene.AttachAsync(server);
        var version = await server.RunAsync("SELECT @@version");
        await TestServer.EventuallyAsync(
            async () => (await server.Server.ReadLogAsync(200, Cancelled)).Contains(
                $"[AWSAuthenticationPlugin] loaded into MySQL {version}; every service that it needs is there", StringComparison.Ordinal),
            "the server's log says what the plugin was loaded into",
            Cancelled);
    }

    private async Task<MySqlConnection> OpenAsync()
    {
        var connection = new MySqlConnection(server.Server.AdminConnectionString);
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private async Task RemoveAsync()
    {
        await server.RunAsync("DROP FUNCTION IF EXISTS rds_iam_next_login; DROP FUNCTION IF EXISTS rds_iam_answer_login");
        if (await server.RunAsync("SELECT 1 FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'AWSAuthenticationPlugin'") is not null)
            await server.RunAsync("UNINSTALL PLUGIN AWSAuthenticationPlugin");
    }

    private async Task PlaceAsync(string name, byte[] bytes)
    {
        var folder = (string?)await server.RunAsync("SELECT @@plugin_dir");
        if (server.Server.ContainerId is not { } container)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder!, name), bytes, Cancelled);
            return;
        }

        using var process = Process.Start(
            new ProcessStartInfo("docker", ["exec", "-i", "--user", "root", container, "sh", "-c", $"cat > '{folder}/{name}'"])
            {
                RedirectStandardInput = true,
            })!;
        await process.StandardInput.BaseStream.WriteAsync(bytes, Cancelled);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancelled);
        Assert.Equal(0, process.ExitCode);
    }
}
