using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Testcontainers;
using Testcontainers.MySql;

namespace RdsIamAspire.Benchmarks.Startup;

/// <summary>From nothing to the first query: over IAM on our containers and processes, against plain Testcontainers.MySql with a password on the same image.</summary>
internal sealed class StartupFigure : IFigure
{
    private const string Image = "rds-iam-mysql:9.7";
    private const int Rounds = 5;

    // It shapes the data directory, so nothing that is kept fits: a first start that leaves the machine's own cache alone.
    private static readonly string[] NeverSeenBefore = ["--lower-case-table-names=1"];

    public string Name => "startup";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        using var engine = await DockerEngine.FindAsync(cancellationToken);
        if (engine is null || await InitializedImage.InspectAsync(engine, Image, cancellationToken) is null)
            return $"not measured: no Docker engine with the image {Image} (eng/mysql-image.sh makes it)";

        // Not timed: compiled code, warm caches of the file system, the kept image.
        await TestcontainersAsync(cancellationToken);
        await PlainAsync(engine, cancellationToken);
        var (plain, first, later, local, process, database) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var hasMysqld = (await LocalMySqlServer.FindAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, cancellationToken)).Any(candidate => candidate.IsUsable);
        for (var round = 0; round < Rounds; round++)
        {
            plain.Add(await TimeAsync(() => PlainAsync(engine, cancellationToken)));
            later.Add(await TimeAsync(() => TestcontainersAsync(cancellationToken)));
            local.Add(await TimeAsync(() => LocalAsync(LocalMySqlServerKind.Docker, [], cancellationToken)));
            if (hasMysqld) process.Add(await TimeAsync(() => LocalAsync(LocalMySqlServerKind.Mysqld, [], cancellationToken)));
            first.Add(await TimeAsync(() => LocalAsync(LocalMySqlServerKind.Docker, NeverSeenBefore, cancellationToken)));
            await ForgetAsync(engine, cancellationToken);
        }

        await using (var rds = new RdsMySqlBuilder(Image).Build())
        {
            await rds.StartAsync(cancellationToken);
            for (var round = 0; round < 20; round++)
            {
                var clock = Stopwatch.StartNew();
                await (await rds.CreateDatabaseAsync(cancellationToken)).DisposeAsync();
                database.Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        var basis = Median(plain);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"plain Testcontainers.MySql {basis:0} ms; RdsMySqlBuilder later {Median(later) / basis:0.00}x ({Median(later):0} ms, goal <= 0.4x); LocalRds in Docker first {Median(first) / basis:0.00}x (goal <= 1.0x), later {Median(local) / basis:0.00}x (goal <= 0.6x); mysqld later {(process.Count > 0 ? $"{Median(process) / basis:0.00}x" : "not here")}; a database per class {Median(database):0} ms (goal <= 50 ms)");
    }

    private static async Task PlainAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        await using var container = new MySqlBuilder(Image).WithDockerEndpoint(new AnyVersionEndpoint(engine.Endpoint)).WithCleanUp(false).WithAutoRemove(true).Build();
        await container.StartAsync(cancellationToken);
        await QueryAsync(container.GetConnectionString() + ";Pooling=false", cancellationToken);
        Stop();
    }

    private static async Task TestcontainersAsync(CancellationToken cancellationToken)
    {
        await using var rds = new RdsMySqlBuilder(Image).WithIamUser("orders_app").Build();
        await rds.StartAsync(cancellationToken);
        await QueryAsync(new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Password = rds.CreateToken(), Pooling = false }.ConnectionString, cancellationToken);
        Stop();
    }

    private static async Task LocalAsync(LocalMySqlServerKind kind, string[] arguments, CancellationToken cancellationToken)
    {
        await using var rds = await LocalRds.StartAsync(new LocalRdsOptions { Server = new() { Kind = kind, Image = kind == LocalMySqlServerKind.Docker ? Image : null, ServerArguments = arguments }, IamUsers = { "orders_app" } }, cancellationToken);
        var token = await rds.Emulator.CreateTokenAsync("orders_app", cancellationToken: cancellationToken);
        await QueryAsync(new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Password = token, Pooling = false }.ConnectionString, cancellationToken);
        Stop();
    }

    private static async Task QueryAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ForgetAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var made = await InitializedImage.EnsureAsync(engine, Image, NeverSeenBefore, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, cancellationToken);
        await engine.Client.Images.DeleteImageAsync(made.Name, new Docker.DotNet.Models.ImageDeleteParameters(), cancellationToken);
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

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
