using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Clients.Tests;

/// <summary>Drivers of Go and Java log in to the local RDS as they log in to RDS: with a token, over verified TLS.</summary>
public sealed class OtherPlatformsTests(SharedRds shared)
{
    [Fact]
    public async Task Go_logs_in()
    {
        await RequireGoAsync();
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        var run = await GoAsync(database, token);

        Assert.Equal(("", $"{database.User}@% reads tea"), (run.Errors, run.Output));
    }

    [Fact]
    public async Task Go_without_clear_text_passwords_says_so()
    {
        await RequireGoAsync();
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        var run = await GoAsync(database, token, ("CLEARTEXT", "off"));

        Assert.StartsWith("this user requires clear text authentication", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JDBC_by_MariaDB_Connector_J_logs_in()
    {
        await RequireJavaAsync();
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);

        var run = await ClientProcess.RunAsync(JavaCommand(), Environment(database), token, cancellationToken: Cancel);

        Assert.Equal(("", $"{database.User}@% reads tea"), (run.Errors, run.Output));
    }

    [Fact]
    public async Task JDBC_by_MariaDB_Connector_J_does_not_trust_another_certificate()
    {
        await RequireJavaAsync();
        await using var database = await OrdersAsync();
        var token = await shared.Rds.Emulator.CreateTokenAsync(database.User, cancellationToken: Cancel);
        // The roots of RDS, and not the local one.
        var roots = Path.GetTempFileName();
        await File.WriteAllTextAsync(roots, RdsCaBundle.Embedded.ExportPem(), Cancel);

        var run = await ClientProcess.RunAsync(
            JavaCommand(),
            new Dictionary<string, string>(Environment(database)) { ["DB_CACERTIFICATEPATH"] = roots },
            token,
            cancellationToken: Cancel);

        File.Delete(roots);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("PKIX", run.Errors, StringComparison.Ordinal);
    }

    private static Task RequireGoAsync() =>
        Directory.Exists(GoSources)
            ? ClientProcess.SkipUnlessAsync(["go", "version"], "go is not here (apt-get install golang-go)", Cancel)
            : Task.FromException(Xunit.Sdk.SkipException.ForSkip(
                "the Go driver is not here (apt-get install golang-github-go-sql-driver-mysql-dev)"));

    // Debian's package has the driver's sources.
    private const string GoSources = "/usr/share/gocode/src/github.com/go-sql-driver/mysql";

    private Task<ClientProcess> GoAsync(TestDatabase database, string token, params (string Name, string Value)[] besides)
    {
        var environment = new Dictionary<string, string>(Environment(database))
        {
            ["GO111MODULE"] = "off",
            ["GOPATH"] = "/usr/share/gocode",
            ["GOFLAGS"] = "",
            ["GOCACHE"] = Path.Combine(Path.GetTempPath(), "rds-iam-go"),
        };
        foreach (var (name, value) in besides)
            environment[name] = value;
        return ClientProcess.RunAsync(
            ["go", "run", Path.Combine(ClientProcess.Folder, "go", "query.go")], environment, token, cancellationToken: Cancel);
    }

    private const string Jdbc = "/usr/share/java/mariadb-java-client.jar";

    private static Task RequireJavaAsync() =>
        File.Exists(Jdbc)
            ? ClientProcess.SkipUnlessAsync(["javac", "-version"], "a JDK is not here (apt-get install default-jdk-headless)", Cancel)
            : Task.FromException(Xunit.Sdk.SkipException.ForSkip("the JDBC driver is not here (apt-get install libmariadb-java)"));

    // A source file is a program since Java 11.
    private static string[] JavaCommand() =>
        ["java", "-cp", Jdbc, Path.Combine(ClientProcess.Folder, "java", "Query.java")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<TestDatabase> OrdersAsync()
    {
        var database = await shared.CreateDatabaseAsync(Cancel);
        await database.ExecuteAsync("CREATE TABLE orders (item varchar(20)); INSERT INTO orders VALUES ('tea')", Cancel);
        return database;
    }

    private IReadOnlyDictionary<string, string> Environment(
        TestDatabase database) => shared.Rds.GetEnvironment("db", database.User, database.Name);
}
