using System.Text.RegularExpressions;
using RdsIamAspire.Cli.Doctor;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam doctor</c> against servers that are really broken, and under <c>rds-iam local</c>, whose reason it says.</summary>
public sealed class BrokenServerTests
{
    private static readonly Dictionary<string, string?> Keys = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "none",
    };

    private const string Who = "--host $DB_HOST:$DB_PORT --user app";

    [Theory]
    [InlineData("rds-iam doctor --host $DB_HOST:$DB_PORT --user app --region eu-west-1", "WrongRegion")]
    [InlineData("rds-iam doctor --host $DB_HOST:$DB_PORT --user app --sign-for localhost:1", "WrongPort")]
    [InlineData("AWS_SECRET_ACCESS_KEY=another rds-iam doctor --host $DB_HOST:$DB_PORT --user app", "SignatureMismatch")]
    [InlineData("AWS_ACCESS_KEY_ID=ASIALOCALANOTHERRUN1 rds-iam doctor --host $DB_HOST:$DB_PORT --user app", "UnknownAccessKey")]
    public async Task The_emulator_of_this_shell_is_asked_for_the_reason(string line, string denial)
    {
        var result = await LocalAsync(line);
        Assert.Contains($"[{denial}]\n", result.Output);
        Assert.Matches("\ncause: RefusedByEmulator: ", result.Output);
        Assert.Equal((int)Cause.RefusedByEmulator, result.ExitCode);
        Assert.Contains($"docs/access-denied.md has a section on {denial}", result.Output);
    }

    [Theory]
    [InlineData("-20m", "TokenExpired")]
    [InlineData("+20m", "TokenFromFuture")]
    public async Task A_clock_that_is_off_is_named(string skew, string denial)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/faketime"), "there is no faketime on this machine (apt install faketime)");
        var result = await LocalAsync($"faketime -f {skew} rds-iam doctor {Who}");
        Assert.Contains($"[{denial}]\n", result.Output);
    }

    // A running server keeps a certificate that has ended, and takes none that has: so it is the time that is moved.
    [Theory]
    [InlineData("+40y", "CertificateExpired", "--ca-certificate-identifier")]
    [InlineData("-40y", "ClockBehind", "set this machine's clock")]
    public async Task A_certificate_out_of_its_time_is_told_from_an_unknown_one(string skew, string cause, string remedy)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/faketime"), "there is no faketime on this machine (apt install faketime)");
        var result = await LocalAsync($"faketime -f {skew} rds-iam doctor {Who}");
        Assert.Contains($"cause: {cause}: the certificate ", result.Output);
        Assert.Contains(remedy, result.Output);
    }

    [Fact]
    public async Task A_limit_on_logins_and_a_denial_by_policy_are_told_apart()
    {
        var refused = await LocalAsync($"rds-iam doctor {Who}", "--fault", "deny-connect");
        Assert.Contains("[DeniedByFault]\n", refused.Output);
        Assert.Equal((int)Cause.RefusedByEmulator, refused.ExitCode);

        var throttled = await LocalAsync($"rds-iam doctor {Who}", "--fault", "logins-per-second=0");
        Assert.Matches("\ncause: Throttled: More than 0 new logins in one second", throttled.Output);
        Assert.Contains("log in again with back-off", throttled.Output);
        Assert.Equal((int)Cause.Throttled, throttled.ExitCode);
    }

    [Fact]
    public async Task A_tunnel_whose_way_is_closed_is_told_from_the_database()
    {
        string[] endpoint = ["--sign-for", "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "--user", "app"];
        // No service has port 1 (tcpmux).
        await using var tunnel = Tool.Start(["tunnel", "--host", "127.0.0.1:1", .. endpoint, "--any-password"], Keys);
        var port = Regex.Match(await tunnel.UntilAsync("Ctrl+C ends it"), @"127\.0\.0\.1:(\d+) leads to").Groups[1].Value;

        var result = DoctorTests.Checked(await Tool.RunAsync(["doctor", "--host", $"127.0.0.1:{port}", .. endpoint], environment: Keys));

        Assert.Contains("cause: TunnelRefuses: ERROR 1105 (HY000): rds-iam tunnel: 127.0.0.1:1 cannot be reached", result.Output);
        Assert.Contains("   do: its own output says more; look at the endpoint behind it", result.Output);
    }

    [Fact]
    public async Task A_server_whose_connections_are_all_taken_says_1040()
    {
        await using var rds = await TestServer.StartRdsAsync(options => options.IamUsers.Add("app"), TestContext.Current.CancellationToken);
        await TestServer.ExecuteAsync(rds.Server, "SET GLOBAL max_connections = 1", TestContext.Current.CancellationToken);
        await using var held = new MySqlConnector.MySqlConnection(rds.Server.AdminConnectionString);
        await TestServer.EventuallyAsync(async () =>
        {
            var variables = rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
            var result = DoctorTests.Checked(await Tool.RunAsync(["doctor", "--host", $"{rds.Server.Host}:{rds.Server.Port}", "--user",
                "app", "--ca", rds.CaCertificatePath], environment: variables));
            return result.Output.Contains("cause: TooManyConnections: ERROR 1040", StringComparison.Ordinal);
        }, "the doctor names 1040", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_server_that_speaks_old_TLS_only_is_named_with_the_version()
    {
        await using var old = await OldTlsServer.StartAsync(TestContext.Current.CancellationToken);
        var result = DoctorTests.Checked(await Tool.RunAsync(["doctor", "--host", $"127.0.0.1:{old.Port}", "--user", "app", "--ca",
            old.CaFile, "--region", "eu-west-1"], environment: Keys));

        Assert.Contains("cause: TlsFailed: the server speaks TLS 1.1, and neither TLS 1.2 nor TLS 1.3, without which no token is sent\n",
            result.Output);
        Assert.Contains("   do: RDS's parameter tls_version must have TLSv1.2 or TLSv1.3", result.Output);
    }

    [Fact]
    public async Task A_host_that_a_server_has_blocked_is_told_so()
    {
        await using var blocking = await BlockingRds.StartAsync(TestContext.Current.CancellationToken);
        var from = blocking.ConnectionStringFrom("127.0.0.7");
        await BlockingRds.LetsInAsync(from, TestContext.Current.CancellationToken);
        await blocking.SkipUnlessHostsAreCountedAsync(TestContext.Current.CancellationToken);
        await blocking.LeaveHalfwayAsync(from, 10, TestContext.Current.CancellationToken);
        var port = new MySqlConnector.MySqlConnectionStringBuilder(from).Port;

        var result = DoctorTests.Checked(await Tool.RunAsync(["doctor", "--host", $"127.0.0.1:{port}", "--user", "orders_app", "--ca",
            blocking.Rds.CaCertificatePath, "--region", "eu-west-1"], environment: Keys));

        Assert.Contains("cause: HostBlocked: ERROR 1129", result.Output);
        Assert.Contains("FLUSH HOSTS", result.Output);
    }

    [Fact]
    public async Task It_is_done_within_fifteen_seconds_where_nothing_answers()
    {
        // TEST-NET-1 of RFC 5737: packets go nowhere, or a router says so.
        var result = await Tool.RunAsync(["doctor", "--host", "192.0.2.1", "--user", "app", "--region", "eu-west-1", "--timeout", "2"],
            environment: Keys);
        Assert.Matches("cause: (NoAnswer: 192.0.2.1:3306 did not answer within 2 seconds|PortClosed: )", result.Output);
    }

    [Fact]
    public void Each_cause_has_its_exit_code_in_the_manual()
    {
        var manual = File.ReadAllText(Repository.File("docs", "cli.md"));
        foreach (var cause in Enum.GetValues<Cause>())
            Assert.Matches($@"`{cause}` {(int)cause}\b", manual);
    }

    // The tool under rds-iam local, as a person has it in a shell.
    private static async Task<ToolResult> LocalAsync(string line, params string[] options)
    {
        if (await TestServer.WhyNoneAsync() is { } reason)
            Assert.Skip(reason);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh");
        var script = Regex.Replace(line, @"\brds-iam ", $"dotnet {Path.Combine(AppContext.BaseDirectory, "rds-iam.dll")} ");
        return await Tool.RunAsync(["local", "--user", "app", .. options, "--", "sh", "-c", script]);
    }
}
