using System.Text.Json;
using RdsIamAspire.TestSupport;
using RdsIamAspire.Tunnel.Endpoints;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam.json</c>: names for endpoints.</summary>
public sealed class EndpointFileTests(SharedRds shared) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-names-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_name_has_all_that_a_command_line_would()
    {
        var endpoint = Assert.Single(EndpointFileReader.Read("f", """
            {
              // for editors
              "$schema": "https://raw.githubusercontent.com/rds-iam-aspire/rds-iam-aspire/main/docs/rds-iam.schema.json",
              "endpoints": { "orders-prod": { "endpoint": "a.b.eu-west-1.rds.amazonaws.com:3307", "user": "app", "database": "orders",
                "region": "eu-west-1", "awsProfile": "prod", "via": "ssm:tag/Name=bastion", "signFor": "c:3306", "ca": "x.pem",
                "listen": 3308, "readOnly": true, "banner": "red", } },
            }
            """, isOwn: true));
        Assert.Equal(("orders-prod", "a.b.eu-west-1.rds.amazonaws.com:3307", "app", "orders", "eu-west-1"),
            (endpoint.Name, endpoint.Endpoint, endpoint.User, endpoint.Database, endpoint.Region));
        Assert.Equal(("prod", "ssm:tag/Name=bastion", "c:3306", "x.pem", 3308, true, "red"),
            (endpoint.AwsProfile, endpoint.Via, endpoint.SignFor, endpoint.Ca, endpoint.Listen, endpoint.ReadOnly, endpoint.Banner));
    }

    [Theory]
    [InlineData("{", "'f': is no JSON: line 1, column 2")]
    [InlineData("[]", "'f': is no JSON object; it begins with {\"endpoints\": {")]
    [InlineData("""{"endpoint": {}}""", "'f': has 'endpoint', which is not known; did you mean 'endpoints'?")]
    [InlineData("""{"endpoints": {"a b": {}}}""", "'f', endpoints.a b: is no name: letters, digits, - and _")]
    [InlineData("""{"endpoints": {"a": "host"}}""", "'f', endpoints.a: is no object with an endpoint")]
    [InlineData("""{"endpoints": {"a": {}}}""", "'f', endpoints.a: has no 'endpoint': give the database's HOST[:PORT]")]
    [InlineData("""{"endpoints": {"a": {"endpoint": "h", "usr": "x"}}}""",
        "'f', endpoints.a: has 'usr', which is not known; did you mean 'user'?")]
    [InlineData("""{"endpoints": {"a": {"endpoint": 1}}}""", "'f', endpoints.a.endpoint: is no text")]
    [InlineData("""{"endpoints": {"a": {"endpoint": "h", "listen": 0}}}""", "'f', endpoints.a.listen: is no port from 1 to 65535")]
    [InlineData("""{"endpoints": {"a": {"endpoint": "h", "readOnly": "yes"}}}""", "'f', endpoints.a.readOnly: is neither true nor false")]
    [InlineData("""{"endpoints": {"a": {"endpoint": "h", "banner": "pink"}}}""",
        "'f', endpoints.a.banner: 'pink' is no colour of red, yellow, green, blue, magenta, cyan")]
    [InlineData("""{"endpoints": {"a": {"endpoint": "h", "via": "bastion"}}}""", "'f', endpoints.a: 'bastion' begins with none of ")]
    [InlineData("""{"endpoints": {"a": {"endpoint": "h", "ca": "x.pem"}}}""", "'f', endpoints.a.ca: is taken from your own file only (")]
    public void A_mistake_is_said_with_its_place(string text, string said) =>
        Assert.StartsWith(said, Assert.Throws<EndpointFileException>(() => EndpointFileReader.Read("f", text, isOwn: false)).Message);

    [Fact]
    public void The_schema_for_editors_knows_what_the_reader_knows()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "RdsIamAspire.sln")))
            root = root.Parent!;
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(root.FullName, "docs", "rds-iam.schema.json")));
        var properties = schema.RootElement.GetProperty("properties").GetProperty("endpoints").GetProperty("additionalProperties")
            .GetProperty("properties");
        Assert.Equal(EndpointFileReader.Properties.Order(), properties.EnumerateObject().Select(property => property.Name).Order());
        Assert.Equal(EndpointFileReader.Banners,
            properties.GetProperty("banner").GetProperty("enum").EnumerateArray().Select(colour => colour.GetString()));
    }

    [Fact]
    public async Task A_name_opens_a_read_only_session_that_says_where_it_is()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await database.ExecuteAsync("CREATE TABLE t (a INT)", TestContext.Current.CancellationToken);
        var client = MySqlCommandLine.Find();
        Assert.SkipWhen(client is null, "there is no mysql client on this machine");
        var named = client!.Count == 1 ? (string[])["--client", client[0]] : [];
        Write($$"""
            "orders-prod": {"endpoint": "{{Endpoint}}", "user": "{{database.User}}", "database": "{{database.Name}}", "readOnly": true,
                "banner": "red"}
            """);

        var read = await RunAsync(["connect", "orders-prod", .. named, "--", "-N", "-e", "SELECT DATABASE()"]);
        Assert.True(read.ExitCode == 0, read.Error);
        Assert.Equal($"{database.Name}\n", read.Output);
        Assert.Contains($"orders-prod: {Endpoint} as '{database.User}', read-only\n", read.Error);

        var write = await RunAsync(["connect", "orders-prod", .. named, "--", "-e", "INSERT INTO t VALUES (1)"]);
        Assert.NotEqual(0, write.ExitCode);
        Assert.Contains("READ ONLY transaction", write.Error);

        var lifted = await RunAsync(["connect", "orders-prod", "--read-write", .. named, "--", "-e", "INSERT INTO t VALUES (1)"]);
        Assert.True(lifted.ExitCode == 0, lifted.Error);

        var exec = await RunAsync(["exec", "orders-prod", "--", "echo", "ran"]);
        Assert.Equal((2, ""), (exec.ExitCode, exec.Output));
        Assert.Contains("give --read-write to go on", exec.Said[^1]);
    }

    [Fact]
    public async Task Every_name_is_served_by_one_process_with_health_metrics_and_JSON_lines()
    {
        await using var one = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var two = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        Write($$"""
            "one": {"endpoint": "{{Endpoint}}", "user": "{{one.User}}"}, "two": {"endpoint": "{{Endpoint}}", "user": "{{two.User}}"}
            """);
        var notified = Path.Combine(_folder, "notify");
        using var systemd = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram,
            System.Net.Sockets.ProtocolType.Unspecified);
        systemd.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(notified));
        var variables = Variables();
        variables["NOTIFY_SOCKET"] = notified;
        await using var tunnel = Tool.Start(["tunnel", "--all", "--any-password", "--admin", "0", "--json-log"], variables);
        var said = await tunnel.UntilAsync("/readyz");
        var buffer = new byte[64];
        var length = await systemd.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("READY=1", System.Text.Encoding.ASCII.GetString(buffer, 0, length));

        var messages = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()!).ToList();
        foreach (var user in (string[])[one.User, two.User])
        {
            var line = Assert.Single(messages, message => message.Contains($"as '{user}'", StringComparison.Ordinal));
            Assert.Equal($"{user}@%", await TestServer.ScalarAsync(
                $"Server=127.0.0.1;Port={line.Split(' ')[0].Split(':')[1]};User ID={user};Password=any;SSL Mode=None;Pooling=false",
                "SELECT CURRENT_USER()", TestContext.Current.CancellationToken));
        }

        var address = messages.Single(message => message.StartsWith("http://", StringComparison.Ordinal)).Split(' ')[0];
        using var http = new HttpClient();
        Assert.Equal("ok\n", await http.GetStringAsync($"{address}/healthz", TestContext.Current.CancellationToken));
        Assert.Equal($"{Endpoint} as '{one.User}': ok\n{Endpoint} as '{two.User}': ok\n",
            await http.GetStringAsync($"{address}/readyz", TestContext.Current.CancellationToken));
        var metrics = await http.GetStringAsync($"{address}/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("# TYPE rds_iam_tunnel_sessions gauge\n", metrics);
        Assert.Contains($"rds_iam_tunnel_login_duration_seconds_count{{server_address=\"127.0.0.1\",db_user=\"{one.User}\"}} 1\n", metrics);
        Assert.Equal(System.Net.HttpStatusCode.NotFound,
            (await http.GetAsync(new Uri($"{address}/x"), TestContext.Current.CancellationToken)).StatusCode);
        tunnel.Signal("TERM");
        Assert.Equal(0, (await tunnel.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task An_endpoint_that_takes_no_login_is_not_ready()
    {
        await using var tunnel = Tool.Start(["tunnel", Endpoint, "-u", "nobody_here", "--admin", "0"], Variables());
        var said = await tunnel.UntilAsync("does not work at present");
        var address = said.Split('\n').Single(line => line.Contains("/readyz", StringComparison.Ordinal)).Split(' ')[1];
        using var http = new HttpClient();
        var answer = await http.GetAsync(new Uri($"{address}/readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.StartsWith($"{Endpoint} as 'nobody_here': ", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("connect orders-prd", "no endpoint is named 'orders-prd' in '")]
    [InlineData("tunnel --all orders-prod", "--all and 'orders-prod' are given; give one")]
    [InlineData("tunnel orders-prod stock --listen 3307", "--listen '3307' is one port for 2 endpoints; give each its 'listen'")]
    public async Task A_misspelt_name_and_a_port_for_several_are_said(string line, string said)
    {
        Write("""
            "orders-prod": {"endpoint": "a.b.eu-west-1.rds.amazonaws.com", "user": "app"},
            "stock": {"endpoint": "c.d.eu-west-1.rds.amazonaws.com", "user": "app"}
            """);
        var result = await RunAsync(line.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(said, result.Said[0]);
    }

    [Fact]
    public async Task Without_a_name_there_is_nothing_to_serve()
    {
        var variables = Variables();
        variables["RDS_IAM_CONFIG"] = null;
        variables["XDG_CONFIG_HOME"] = _folder;
        var result = await Tool.RunAsync(["tunnel", "--all"], environment: variables);
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith($"no rds-iam.json names an endpoint, here or in '{_folder}/rds-iam/config.json'", result.Said[0]);
    }

    private string Endpoint => $"{shared.Rds.Server.Host}:{shared.Rds.Server.Port}";

    private string FileName => Path.Combine(_folder, "names.json");

    private void Write(string endpoints) => File.WriteAllText(FileName, $$"""{"endpoints": { {{endpoints}} } }""");

    private Task<ToolResult> RunAsync(IEnumerable<string> line) => Tool.RunAsync(line, environment: Variables());

    private Dictionary<string, string?> Variables()
    {
        var variables = shared.Rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        variables["RDS_IAM_CA_BUNDLE"] = shared.Rds.CaCertificatePath;
        variables["RDS_IAM_CONFIG"] = FileName;
        variables["NO_COLOR"] = "1";
        return variables;
    }
}
