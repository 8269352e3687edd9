using System.Diagnostics;
using System.Globalization;
using Docker.DotNet.Models;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Testcontainers;
using Testcontainers.MySql;

namespace RdsIamAspire.Benchmarks.Startup;

/// <summary>
/// From nothing to the first query: over IAM on our containers and processes, against plain Testcontainers.MySql with a password on the
/// same image.
/// </summary>
internal sealed class StartupFigure : IFigure
{
    private const string Image = "rds-iam-mysql:9.7";
    private const string Unseen = "rds-iam-benchmark";
    private const int Rounds = 5;
    private const int Classes = 8;

    public string Name => "startup";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        using var engine = await DockerEngine.FindAsync(cancellationToken);
        if (engine is null || await InitializedImage.InspectAsync(engine, Image, cancellationToken) is null)
            return $"not measured: no Docker engine with the image {Image} (eng/mysql-image.sh makes it)";

        // Not timed: compiled code, warm caches of the file system, the kept image.
        await TestcontainersAsync(Image, cancellationToken);
        await PlainAsync(engine, cancellationToken);
        var (plain, first, later, local, process) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var hasMysqld = (await LocalMySqlServer.FindAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, cancellationToken)).Any(
            candidate => candidate.IsUsable);
        for (var round = 0; round < Rounds; round++)
        {
            plain.Add(await TimeAsync(() => PlainAsync(engine, cancellationToken)));
            later.Add(await TimeAsync(() => TestcontainersAsync(Image, cancellationToken)));
            local.Add(await TimeAsync(() => LocalAsync(LocalMySqlServerKind.Docker, cancellationToken)));
            if (hasMysqld) process.Add(await TimeAsync(() => LocalAsync(LocalMySqlServerKind.Mysqld, cancellationToken)));
            var unseen = await MakeUnseenAsync(engine, round, cancellationToken);
            try { first.Add(await TimeAsync(() => TestcontainersAsync(unseen, cancellationToken))); }
            finally { await ForgetAsync(engine, unseen); }
        }

        var (alone, together) = await DatabasesAsync(cancellationToken);
        var basis = Median.Of(plain);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"plain Testcontainers.MySql {basis:0} ms; RdsMySqlBuilder first {Median.Of(first) / basis:0.00}x (goal <= 1.0x), later {Median.Of(
                later) / basis:0.00}x (goal <= 0.4x); LocalRds in Docker later {Median.Of(local) / basis:0.00}x (goal <= 0.6x), mysqld later {(process.Count > 0
                ? $"{Median.Of(process) / basis:0.00}x"
                : "not here")}; a database per class, created, given a table and dropped: {alone:0} ms alone (goal <= 50 ms), {together:0} ms each with {Classes} at once; medians of {Rounds}");
    }

    // What a test class does around its tests: one after another, and all classes at once.
    private static async Task<(double Alone, double Together)> DatabasesAsync(CancellationToken cancellationToken)
    {
        await using var rds = new RdsMySqlBuilder(Image).Build();
        await rds.StartAsync(cancellationToken);
        await ClassAsync();
        var (alone, together) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add(await TimeAsync(ClassAsync));
            together.Add(await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, Classes).Select(_ => ClassAsync()))) / Classes);
        }

        return (Median.Of(alone), Median.Of(together));

        async Task ClassAsync()
        {
            await using var database = await rds.CreateDatabaseAsync(cancellationToken);
            await database.ExecuteAsync("CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL)", cancellationToken);
        }
    }

    private static async Task PlainAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        await using var container = new MySqlBuilder(Image)
            .WithDockerEndpoint(new AnyVersionEndpoint(engine.Endpoint))
            .WithCleanUp(false)
            .WithAutoRemove(true)
            .Build();
        await container.StartAsync(cancellationToken);
        await QueryAsync(container.GetConnectionString() + ";Pooling=false", cancellationToken);
        Stop();
    }

    private static async Task TestcontainersAsync(string image, CancellationToken cancellationToken)
    {
        await using var rds = new RdsMySqlBuilder(image).WithIamUser("orders_app").Build();
        await rds.StartAsync(cancellationToken);
        await QueryAsync(
            new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Password = rds.CreateToken(), Pooling = false }.ConnectionString,
            cancellationToken);
        Stop();
    }

    private static async Task LocalAsync(LocalMySqlServerKind kind, CancellationToken cancellationToken)
    {
        await using var rds = await LocalRds.StartAsync(
            new LocalRdsOptions
            {
                Server = new() { Kind = kind, Image = kind == LocalMySqlServerKind.Docker ? Image : null },
                IamUsers = { "orders_app" },
            },
            cancellationToken);
        var token = await rds.Emulator.CreateTokenAsync("orders_app", cancellationToken: cancellationToken);
        await QueryAsync(
            new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Password = token, Pooling = false }.ConnectionString,
            cancellationToken);
        Stop();
    }

    private static async Task QueryAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(cancellationToken);
    }

    // The same layers under another identity: nothing that this machine keeps fits it.
    private static async Task<string> MakeUnseenAsync(DockerEngine engine, int round, CancellationToken cancellationToken)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{round}");
        var container =
            await engine.Client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = Image }, cancellationToken);
        try
        {
            await engine.Client.Images.CommitContainerChangesAsync(
                new CommitContainerChangesParameters { ContainerID = container.ID, RepositoryName = Unseen, Tag = tag, Comment = tag }, cancellationToken);
        }
        finally
        {
            await engine.Client.Containers.RemoveContainerAsync(
            container.ID,
            new ContainerRemoveParameters { Force = true },
            CancellationToken.None);
        }

        return $"{Unseen}:{tag}";
    }

    private static async Task ForgetAsync(DockerEngine engine, string image)
    {
        var log = new ServerLog(new LocalMySqlServerOptions());
        var made = await InitializedImage.EnsureAsync(engine, image, [], log, CancellationToken.None);
        foreach (var name in (string[])[made.Name, image])
            await engine.Client.Images.DeleteImageAsync(name, new ImageDeleteParameters { Force = true }, CancellationToken.None);
    }

    // The end of a server is not part of the figure.
    private static readonly AsyncLocal<Stopwatch?> Running = new();

    private static void Stop() => Running.Value?.Stop();

    private static async Task<double> TimeAsync(Func<Task> start)
    {
        var clock = Running.Value = Stopwatch.StartNew();
        await start();
        return clock.Elapsed.TotalMilliseconds;
    }
}
