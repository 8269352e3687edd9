using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>What a started server is and does, the same in a container and as a mysqld process.</summary>
public sealed class LocalMySqlServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task It_answers_a_verified_login_as_soon_as_it_is_started(LocalMySqlServerKind kind)
    {
        await using var server = await TestServer.StartAsync(new() { Kind = kind }, Cancel);

        Assert.Equal(kind, server.Kind);
        Assert.Contains("VerifyFull", server.AdminConnectionString, StringComparison.Ordinal);
        Assert.Equal(server.Version, await TestServer.ScalarAsync(server.AdminConnectionString, "SELECT VERSION()", Cancel));
        Assert.True(int.Parse(server.Version.Split('.')[0], null) >= 8);
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task It_holds_the_plugin_where_the_server_looks_for_it(LocalMySqlServerKind kind)
    {
        await using var server = await TestServer.StartAsync(new() { Kind = kind }, Cancel);

        await TestServer.ExecuteAsync(server, $"INSTALL PLUGIN AWSAuthenticationPlugin SONAME '{EmulatorPlugin.FileName}'", Cancel);

        Assert.Equal(
            "ACTIVE",
            await TestServer.ScalarAsync(
                server.AdminConnectionString,
                "SELECT plugin_status FROM information_schema.plugins WHERE plugin_name = 'AWSAuthenticationPlugin'",
                Cancel));
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task A_restart_keeps_port_and_data_and_breaks_open_sessions(LocalMySqlServerKind kind)
    {
        await using var server = await TestServer.StartAsync(new() { Kind = kind }, Cancel);
        await using var open = new MySqlConnection(server.AdminConnectionString);
        await open.OpenAsync(Cancel);
        var port = server.Port;
        await TestServer.ExecuteAsync(
            server,
            "CREATE DATABASE kept; CREATE TABLE kept.orders (id int PRIMARY KEY); INSERT INTO kept.orders VALUES (7)",
            Cancel);

        await server.RestartAsync(Cancel);

        Assert.Equal(port, server.Port);
        Assert.False(await open.PingAsync(Cancel));
        Assert.Equal(7, await TestServer.ScalarAsync(server.AdminConnectionString, "SELECT id FROM kept.orders", Cancel));
    }

    [Fact]
    public async Task A_server_that_does_not_go_down_for_a_restart_is_given_up_after_the_start_timeout()
    {
        await using var server =
            await TestServer.StartAsync(new() { Kind = LocalMySqlServerKind.Mysqld, StartTimeout = TimeSpan.FromSeconds(10) }, Cancel);
        // Held, the scripts around mysqld pass nothing on to it.
        var scripts = SupervisorScripts.Of(server);
        scripts.Hold();
        try
        {
            var given = await Assert.ThrowsAsync<LocalMySqlServerException>(() => server.RestartAsync(Cancel));

            Assert.Equal(LocalMySqlServerProblem.StartTimeout, given.Problem);
            Assert.Contains("was told to restart and still answered", given.Message, StringComparison.Ordinal);
        }
        finally { scripts.Release(); }
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task After_a_rotation_only_clients_with_the_new_authority_get_in(LocalMySqlServerKind kind)
    {
        await using var server = await TestServer.StartAsync(new() { Kind = kind }, Cancel);
        var oldBundle = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.Copy(server.CaCertificatePath, oldBundle);
        try
        {
            var before = server.CertificateAuthority.Fingerprint;

            var authority = await server.RotateCertificateAuthorityAsync(Cancel);

            Assert.NotEqual(before, authority.Fingerprint);
            Assert.Equal(authority.CertificatePem, await File.ReadAllTextAsync(server.CaCertificatePath, Cancel));
            Assert.NotNull(await TestServer.ScalarAsync(server.AdminConnectionString + ";Pooling=false", "SELECT 1", Cancel));
            var old =
                new MySqlConnectionStringBuilder(server.AdminConnectionString) { SslCa = oldBundle, Pooling = false }.ConnectionString;
            var refused = await Assert.ThrowsAsync<MySqlException>(() => TestServer.ScalarAsync(old, "SELECT 1", Cancel));
            Assert.IsType<AuthenticationException>(refused.InnerException);
        }
        finally
        {
            File.Delete(oldBundle);
        }
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task Two_servers_at_once_do_not_disturb_each_other(LocalMySqlServerKind kind)
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => TestServer.StartAsync(new() { Kind = kind }, Cancel)));
        await using var one = servers[0];
        await using var two = servers[1];

        await TestServer.ExecuteAsync(one, "CREATE DATABASE only_here", Cancel);

        Assert.NotEqual(one.Port, two.Port);
        Assert.NotEqual(
            await TestServer.ScalarAsync(one.AdminConnectionString, "SELECT @@server_uuid", Cancel),
            await TestServer.ScalarAsync(two.AdminConnectionString, "SELECT @@server_uuid", Cancel));
        Assert.Null(
            await TestServer.ScalarAsync(
                two.AdminConnectionString,
                "SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'only_here'",
                Cancel));
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task Nothing_of_it_is_left_once_it_is_disposed_of(LocalMySqlServerKind kind)
    {
        var server = await TestServer.StartAsync(new() { Kind = kind }, Cancel);
        var (port, ca) = (server.Port, server.CaCertificatePath);

        await server.DisposeAsync();

        Assert.False(File.Exists(ca));
        await TestServer.EventuallyAsync(async () => !await AnswersAsync(port), "nothing listens on the server's port", Cancel);
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task It_ends_with_its_process_when_that_is_killed(LocalMySqlServerKind kind)
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = kind }, Cancel);
        var start =
            new ProcessStartInfo(Environment.ProcessPath!, [ServerHost.Argument, kind.ToString()]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var port = int.Parse((await process.StandardOutput.ReadLineAsync(Cancel))!, null);
        var ca = (await process.StandardOutput.ReadLineAsync(Cancel))!;
        Assert.True(await AnswersAsync(port));

        process.Kill(); // SIGKILL: no code of the process runs any more

        await TestServer.EventuallyAsync(async () => !await AnswersAsync(port), "the killed process's server no longer listens", Cancel);
        await using var next = await TestServer.StartAsync(new() { Kind = kind }, Cancel);
        Assert.False(Directory.Exists(Path.GetDirectoryName(ca)), "the next start sweeps what a killed process left");
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task The_certificate_holds_the_names_that_were_asked_for(LocalMySqlServerKind kind)
    {
        await using var server = await TestServer.StartAsync(new() { Kind = kind, Names = ["orders.local"] }, Cancel);

        Assert.Contains("orders.local", server.Names);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TlsProbe.ConnectAsync(server, "billing.local", Cancel));
        Assert.Contains("RemoteCertificateNameMismatch", refused.Message, StringComparison.Ordinal);
        await TlsProbe.ConnectAsync(server, "orders.local", Cancel);
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task A_server_for_TLS_1_3_speaks_no_TLS_1_2(LocalMySqlServerKind kind)
    {
        await using var server = await TestServer.StartAsync(new() { Kind = kind, MinimumTls = MinimumTlsVersion.Tls13 }, Cancel);

        Assert.Equal("TLSv1.3", await TestServer.ScalarAsync(server.AdminConnectionString, "SELECT @@tls_version", Cancel));
        await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(server.AdminConnectionString + ";TlsVersion=TLS 1.2;Pooling=false", "SELECT 1", Cancel));
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task It_listens_on_loopback_only_unless_told_otherwise(LocalMySqlServerKind kind)
    {
        await using var server = await TestServer.StartAsync(new() { Kind = kind }, Cancel);
        var addresses = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), AddressFamily.InterNetwork, Cancel)).Where(
            address => !IPAddress.IsLoopback(address)).ToList();
        if (addresses.Count == 0) Assert.Skip("this machine has no address besides loopback");

        Assert.False(await AnswersAsync(server.Port, addresses[0]));
    }

    internal static async Task<bool> AnswersAsync(int port, IPAddress? address = null)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address ?? IPAddress.Loopback, port, Cancel);
            // Docker's port forwarder accepts for a moment longer than the server: what counts is a greeting.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            return await client.GetStream().ReadAsync(new byte[4], patience.Token) > 0;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException) { return false; }
    }
}
