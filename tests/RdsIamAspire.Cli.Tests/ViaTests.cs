using System.Globalization;
using System.Text.Json.Nodes;
using RdsIamAspire.TestSupport;
using RdsIamAspire.TestSupport.Ways;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>--via</c>: an endpoint that this machine cannot dial, over Session Manager and SSH.</summary>
public sealed class ViaTests(PrivateRds database) : IClassFixture<PrivateRds>
{
    private const string Endpoint = PrivateRds.Endpoint;
    private const string Missing = "i-00000000000000000";

    [Fact]
    public async Task Session_Manager_leads_to_the_endpoint_whose_own_name_is_signed_and_in_the_certificate()
    {
        using var aws = Aws();
        var result = await RunAsync(aws, "doctor", "--host", Endpoint, "--user", "orders_app", "--via", $"ssm:{AwsStandIn.Instance}");

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var steps = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        Assert.Equal(["endpoint", "token", "via", "tcp", "mysql", "tls", "login"], steps);
        Assert.Contains($"the certificate is good for '{Endpoint}'", result.Output);
        var call = Assert.Single(aws.Calls);
        Assert.Equal(["ssm", "start-session", "--target", AwsStandIn.Instance, "--document-name",
            "AWS-StartPortForwardingSessionToRemoteHost", "--parameters", $$"""{"host":["{{Endpoint}}"],"portNumber":["3306"]}""",
            "--region", "eu-west-1"], call);
        Assert.All(aws.Sessions, session => Assert.False(AwsStandIn.IsAlive(session)));
    }

    [Theory]
    [InlineData("ssm:tag/Name=bastion")]
    [InlineData("ecs:apps/orders")]
    [InlineData("ecs:apps/orders/api")]
    public async Task A_machine_is_found_by_its_tag_and_a_container_by_its_service(string via)
    {
        using var aws = Aws();
        aws.State["instances"] = JsonNode.Parse("""
            {"i-00000000000000001": {"tags": {"Name": "bastion"}, "ping": "ConnectionLost"},
             "i-00000000000000002": {"tags": {"Name": "bastion"}}, "i-00000000000000003": {"tags": {"Name": "web"}}}
            """);
        aws.State["tasks"] = JsonNode.Parse("""{"aaaa": "PENDING", "bbbb": "RUNNING"}""");
        aws.Save();

        var result = await QueryAsync(aws, Endpoint, via);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("orders_app@%\n", result.Output);
        Assert.Contains(aws.Calls[^1], word => word is "i-00000000000000002" or "ecs:apps_bbbb_bbbb-1");
    }

    [Theory]
    [InlineData("ssh:127.0.0.1:PORT")]
    [InlineData("ssm:USER@i-0123456789abcdef0,ssh")]
    [InlineData("eice:USER@i-0123456789abcdef0")]
    public async Task A_real_SSH_server_leads_to_the_database(string via)
    {
        await using var ssh = await SshServer.StartAsync();
        using var aws = Aws();
        aws.State["ssh"] = new JsonArray("127.0.0.1", ssh.Port);
        aws.State["authorized_keys"] = ssh.AuthorizedKeys;
        aws.Save();
        var way = via.Replace("PORT", ssh.Port.ToString(CultureInfo.InvariantCulture)).Replace("USER", Environment.UserName);

        var result = await QueryAsync(aws, database.Address, way, ssh);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("orders_app@%\n", result.Output);
    }

    [Fact]
    public async Task A_way_that_drops_is_opened_again()
    {
        using var aws = Aws();
        await using var tunnel = Start(aws, "tunnel", "--host", Endpoint, "--user", "orders_app", "--any-password",
            "--via", $"ssm:{AwsStandIn.Instance}");
        var port = PortOf(await tunnel.UntilAsync("Ctrl+C ends it"));
        Assert.Equal("orders_app@%", await WhoAsync(port));

        using (var kill = System.Diagnostics.Process.Start("kill", ["-9", Number(aws.Sessions[^1])]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        await tunnel.UntilAsync("has dropped");
        await TestServer.EventuallyAsync(async () => await WhoAsync(port) == "orders_app@%", "a login works again",
            TestContext.Current.CancellationToken);
        Assert.True(aws.Sessions.Count >= 2);
        tunnel.Signal("TERM");
        Assert.Equal(0, (await tunnel.EndAsync()).ExitCode);
        Assert.All(aws.Sessions, session => Assert.False(AwsStandIn.IsAlive(session)));
    }

    [Fact]
    public async Task An_SSH_way_comes_back_with_its_server()
    {
        await using var ssh = await SshServer.StartAsync();
        using var aws = Aws();
        await using var tunnel = Start(aws, ssh, "tunnel", "--host", database.Address, "--user", "orders_app", "--via",
            $"ssh:127.0.0.1:{ssh.Port}", "--any-password");
        var port = PortOf(await tunnel.UntilAsync("Ctrl+C ends it"));
        Assert.Equal("orders_app@%", await WhoAsync(port));

        await ssh.StopAsync();
        await tunnel.UntilAsync("cannot be opened");
        await ssh.StartAgainAsync();

        await TestServer.EventuallyAsync(async () => await WhoAsync(port) == "orders_app@%", "a login works again",
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_kill_of_the_tool_ends_the_programs_too()
    {
        using var aws = Aws();
        await using var tunnel = Start(aws, "tunnel", "--host", Endpoint, "--user", "orders_app", "--any-password",
            "--via", $"ssm:{AwsStandIn.Instance}");
        await tunnel.UntilAsync("Ctrl+C ends it");
        Assert.All(aws.Sessions, session => Assert.True(AwsStandIn.IsAlive(session)));

        tunnel.Process.Kill(entireProcessTree: false);

        await TestServer.EventuallyAsync(() => Task.FromResult(!aws.Sessions.Any(AwsStandIn.IsAlive)), "the sessions are gone",
            TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("ssm:i-0123456789abcdef0", "", "'aws' is not on the PATH", "awscli.amazonaws.com")]
    [InlineData("ssm:i-0123456789abcdef0", "aws", "'session-manager-plugin' is not on the PATH", "session-manager-plugin.deb")]
    [InlineData("ssh:user@host", "", "'ssh' is not on the PATH", "apt install openssh-client")]
    [InlineData("eice:i-0123456789abcdef0", "aws,ssh", "'ssh-keygen' is not on the PATH", "apt install openssh-client")]
    public async Task What_is_not_installed_is_said_with_what_to_type(string via, string installed, string problem, string remedy)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have other packages");
        var folder = Directory.CreateTempSubdirectory();
        foreach (var name in installed.Split(',', StringSplitOptions.RemoveEmptyEntries))
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), "", TestContext.Current.CancellationToken);

        var result = DoctorTests.Checked(await Tool.RunAsync(["doctor", "--host", Endpoint, "--user", "orders_app", "--via", via],
            environment: Variables(folder.FullName)));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"cause: ViaFailed: {problem}", result.Output);
        Assert.Contains("   do: install it: ", result.Output);
        Assert.Contains(remedy, result.Output);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_machine_that_is_not_connected_is_said_and_nothing_runs()
    {
        using var aws = Aws();
        var result = await RunAsync(aws, "exec", Endpoint, "-u", "orders_app", "--via", $"ssm:{Missing}", "--", "echo", "ran");

        Assert.Equal((125, ""), (result.ExitCode, result.Output));
        Assert.Contains($"{Missing} is not connected", result.Said[^1]);
        Assert.Contains("AmazonSSMManagedInstanceCore", result.Said[^1]);
    }

    [Fact]
    public async Task A_database_that_the_machine_does_not_reach_is_said()
    {
        using var aws = Aws().Leads($"{Endpoint}:3306", "127.0.0.1", 9);
        var result = await RunAsync(aws, "doctor", "--host", Endpoint, "--user", "orders_app", "--via", $"ssm:{AwsStandIn.Instance}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"cause: ViaFailed: ssm:{AwsStandIn.Instance} was opened, and {Endpoint}:3306 cannot be reached from there",
            result.Output);
        Assert.Contains("its security group must let it in on the port", result.Output);
    }

    [Theory]
    [InlineData(false, true, "Host key verification failed", "ssh-keyscan")]
    [InlineData(true, false, "Permission denied (publickey)", "ssh-add")]
    public async Task What_ssh_would_ask_a_person_is_said(bool knowsHost, bool mayLogIn, string problem, string remedy)
    {
        await using var ssh = await SshServer.StartAsync(knowsHost, mayLogIn);
        using var aws = Aws();
        var result = await RunAsync(aws, ssh, "doctor", "--host", database.Address, "--user", "orders_app", "--via",
            $"ssh:127.0.0.1:{ssh.Port}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cause: ViaFailed: ", result.Output);
        Assert.Contains(problem, result.Output);
        Assert.Contains(remedy, result.Output);
    }

    [Theory]
    [InlineData("bastion", "--via 'bastion' begins with none of ssm:, ecs:, eice:, ssh:; give one like ssm:i-0123456789abcdef0, ")]
    [InlineData("ssm:bastion", "--via 'ssm:bastion' names no instance: 'bastion' is neither an instance id such as i-0123456789abcdef0")]
    [InlineData("ssh:-oProxyCommand=touch", "--via 'ssh:-oProxyCommand=touch' names no host; ")]
    [InlineData("ecs:apps", "--via 'ecs:apps' does not name cluster and service; ")]
    public async Task A_way_that_is_none_is_a_wrong_command_line(string via, string said)
    {
        var result = await Tool.RunAsync("tunnel", "--host", Endpoint, "--user", "orders_app", "--via", via);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(said, result.Said[0]);
    }

    [Fact]
    public async Task The_real_AWS_command_line_takes_what_it_is_given()
    {
        using var service = new FakeSessionManager();
        using var aws = Aws();
        File.Delete(Path.Combine(aws.Programs, "aws"));
        var version = await FakeSessionManager.AwsVersionAsync();
        Assert.SkipWhen(version is null, "there is no AWS CLI on this machine that can be led to another address (1.29 or 2.13 and later)");
        var variables = Variables($"{aws.Programs}:{Environment.GetEnvironmentVariable("PATH")}", aws);
        variables["AWS_ENDPOINT_URL"] = service.Address;

        var result = await Tool.RunAsync(["doctor", "--host", Endpoint, "--user", "orders_app", "--via", "ssm:tag/Name=bastion",
            "--timeout", "60"], environment: variables);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal(["AmazonSSM.DescribeInstanceInformation", "AmazonSSM.StartSession"], service.Calls.Select(call => call.Operation));
        Assert.Equal("AWS-StartPortForwardingSessionToRemoteHost", (string?)service.Calls[1].Body["DocumentName"]);
        Assert.Equal(Endpoint, (string?)service.Calls[1].Body["Parameters"]!["host"]![0]);
        Assert.All(aws.Sessions, session => Assert.False(AwsStandIn.IsAlive(session)));
    }

    private AwsStandIn Aws() => new AwsStandIn().Leads($"{Endpoint}:3306", database.Rds.Server.Host, database.Rds.Server.Port);

    private Task<ToolResult> QueryAsync(AwsStandIn aws, string endpoint, string via, SshServer? ssh = null)
    {
        var client = MySqlCommandLine.Find();
        Assert.SkipWhen(client is null, "there is no mysql client on this machine");
        var query = $"{string.Join(' ', client!.Select(word => $"'{word}'"))} --ssl-mode=DISABLED -u orders_app -N -e 'SELECT"
            + " CURRENT_USER()'";
        return Tool.RunAsync(["exec", endpoint, "-u", "orders_app", "--via", via, "--", "sh", "-c", query],
            environment: Variables(PathOf(aws, ssh), aws));
    }

    private async Task<ToolResult> RunAsync(AwsStandIn aws, params string[] line) =>
        DoctorTests.Checked(await Tool.RunAsync(line, environment: Variables(PathOf(aws, null), aws)));

    private async Task<ToolResult> RunAsync(AwsStandIn aws, SshServer ssh, params string[] line) =>
        DoctorTests.Checked(await Tool.RunAsync(line, environment: Variables(PathOf(aws, ssh), aws)));

    private RunningTool Start(AwsStandIn aws, params string[] line) => Tool.Start(line, Variables(PathOf(aws, null), aws));

    private RunningTool Start(AwsStandIn aws, SshServer ssh, params string[] line) => Tool.Start(line, Variables(PathOf(aws, ssh), aws));

    private static string PathOf(AwsStandIn aws, SshServer? ssh) => string.Join(Path.PathSeparator,
        (string?[])[ssh?.Programs, aws.Programs, Environment.GetEnvironmentVariable("PATH")]);

    private Dictionary<string, string?> Variables(string path, AwsStandIn? aws = null)
    {
        var variables = database.Rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        variables["RDS_IAM_CA_BUNDLE"] = database.Rds.CaCertificatePath;
        variables["PATH"] = path;
        variables["WAY_STATE"] = aws?.Folder;
        return variables;
    }

    private static int PortOf(string said) =>
        int.Parse(System.Text.RegularExpressions.Regex.Match(said, @"127\.0\.0\.1:(\d+) leads to").Groups[1].Value,
            CultureInfo.InvariantCulture);

    private static async Task<string?> WhoAsync(int port) => (await TestServer.ScalarAsync(
        $"Server=127.0.0.1;Port={port};User ID=orders_app;Password=any;SSL Mode=None;Pooling=false;Connection Timeout=20",
        "SELECT CURRENT_USER()", TestContext.Current.CancellationToken))?.ToString();

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
