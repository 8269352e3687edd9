using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Clients.Tests.Image;

/// <summary>The programs of docs/without-dotnet.md, as they stand there, against one container.</summary>
public sealed class DocumentedProgramsTests(DocumentedProgramsTests.Orders orders) : IClassFixture<DocumentedProgramsTests.Orders>
{
    private const string Jdbc = "/usr/share/java/mariadb-java-client.jar";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_AWS_CLI_and_mysql_log_in_by_the_first_lines_of_the_page()
    {
        var mysql = MySqlCommandLine.Find();
        if (mysql is null) Assert.Skip("the mysql command line is not here (rds-iam server prepare unpacks one)");
        await RequireAwsAsync();
        await ClientProcess.SkipUnlessAsync(["curl", "--version"], "curl is not here", Cancel);
        var container = await orders.Container.Value;
        using var folder = new TemporaryFolder();
        folder.Write("mysql", $"#!/bin/sh\nexec {string.Join(' ', mysql!)} \"$@\"\n", executable: true);
        // Everything behind docker run, at the ports that this container is published on.
        var block = Block("");
        var script = block[block.IndexOf("curl", StringComparison.Ordinal)..]
            .Replace("localhost:8306", container.Http.Authority, StringComparison.Ordinal)
            .Replace("--port 3306", $"--port {container.Port}", StringComparison.Ordinal)
            .Replace("--host=127.0.0.1", $"--host=127.0.0.1 --port={container.Port}", StringComparison.Ordinal);

        var run = await ClientProcess.RunAsync(
            ["bash", "-ec", $"{script} --skip-column-names --execute='SELECT CURRENT_USER()'"],
            new Dictionary<string, string>(container.Environment)
            {
                ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "",
            },
            folder: folder.Path,
            cancellationToken: Cancel);

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal("orders_app@%", run.Output);
    }

    [Fact]
    public async Task Python()
    {
        const string Debian = "/usr/bin/python3";
        if (!File.Exists(Debian)) Assert.Skip("python3 is not here");
        await ClientProcess.SkipUnlessAsync(
            [Debian, "-c", "import boto3, pymysql"], "boto3 and PyMySQL are not here (apt-get install python3-boto3 python3-pymysql)", Cancel);

        await RunsAsync("python", "orders.py", [Debian, "orders.py"]);
    }

    [Fact]
    public async Task Node()
    {
        if (!Directory.Exists(Path.Combine(ClientProcess.NodeFolder, "node_modules")))
            Assert.Skip("mysql2 and rds-signer are not here (npm ci in tests/RdsIamAspire.Clients.Tests/node)");
        await ClientProcess.SkipUnlessAsync(["node", "--version"], "node is not here", Cancel);

        await RunsAsync("js", "orders.mjs", ["node", "orders.mjs"], folder => Directory.CreateSymbolicLink(
            Path.Combine(folder, "node_modules"), Path.Combine(ClientProcess.NodeFolder, "node_modules")));
    }

    [Fact]
    public async Task Go()
    {
        const string Sources = "/usr/share/gocode/src/github.com";
        if (!Directory.Exists($"{Sources}/aws/aws-sdk-go-v2/feature/rds/auth") || !Directory.Exists($"{Sources}/go-sql-driver/mysql"))
        {
            Assert.Skip("the Go driver and SDK are not here (apt-get install golang-github-go-sql-driver-mysql-dev"
                + " golang-github-aws-aws-sdk-go-v2-dev)");
        }

        await ClientProcess.SkipUnlessAsync(["go", "version"], "go is not here", Cancel);

        await RunsAsync("go", "orders.go", ["go", "run", "orders.go"]);
    }

    [Fact]
    public async Task Java()
    {
        if (!File.Exists(Jdbc)) Assert.Skip("the JDBC driver is not here (apt-get install libmariadb-java)");
        await RequireAwsAsync();
        await ClientProcess.SkipUnlessAsync(["javac", "-version"], "a JDK is not here (apt-get install default-jdk-headless)", Cancel);

        await RunsAsync("java", "Orders.java", ["java", "-cp", Jdbc, "Orders.java"]);
    }

    [Fact]
    public async Task Php()
    {
        await RequireAwsAsync();
        await ClientProcess.SkipUnlessAsync(
            ["php", "-r", "exit(function_exists('mysqli_connect') ? 0 : 1);"],
            "php with mysqli is not here (apt-get install php-cli php-mysql)",
            Cancel);

        await RunsAsync("php", "orders.php", ["php", "orders.php"]);
    }

    private async Task RunsAsync(string language, string file, string[] command, Action<string>? prepare = null)
    {
        var container = await orders.Container.Value;
        using var folder = new TemporaryFolder();
        folder.Write(file, Block(language));
        prepare?.Invoke(folder.Path);

        var run = await ClientProcess.RunAsync(
            command,
            new Dictionary<string, string>(container.Environment)
            {
                ["GO111MODULE"] = "off",
                ["GOPATH"] = "/usr/share/gocode",
                ["GOFLAGS"] = "",
                ["GOCACHE"] = Path.Combine(Path.GetTempPath(), "rds-iam-go"),
            },
            folder: folder.Path,
            cancellationToken: Cancel);

        Assert.True(run.ExitCode == 0, $"{run.Errors}\n{await container.LogsAsync()}");
        Assert.Equal("orders_app@% reads tea", run.Output);
    }

    private static Task RequireAwsAsync() =>
        ClientProcess.SkipUnlessAsync(["aws", "--version"], "the AWS CLI is not here (apt-get install awscli)", Cancel);

    // The first fenced block of the page in a language.
    private static string Block(string language)
    {
        var lines = File.ReadAllLines(Path.Combine(BuiltImage.Root, "docs", "without-dotnet.md"));
        return string.Join('\n', lines.SkipWhile(line => line != $"```{language}").Skip(1).TakeWhile(line => line != "```"));
    }

    /// <summary>One container for all of them, started when the first test that is not skipped asks for it.</summary>
    public sealed class Orders : IAsyncDisposable
    {
        internal Lazy<Task<ServedContainer>> Container { get; } = new(async () =>
        {
            var container = await ServedContainer.StartAsync(
                new Dictionary<string, string> { ["RDS_IAM_USERS"] = "orders_app", ["RDS_IAM_DATABASES"] = "orders" },
                new Dictionary<string, string>
                {
                    ["/docker-entrypoint-initdb.d/1.sql"] =
                        "CREATE TABLE orders (item varchar(20)); INSERT INTO orders VALUES ('tea');",
                });
            return await container.ReadyAsync(CancellationToken.None);
        });

        public async ValueTask DisposeAsync()
        {
            if (Container is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                await (await Container.Value).DisposeAsync();
        }
    }
}
