using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Tests.AddMySqlShape;

namespace RdsIamAspire.Benchmarks.Startup;

/// <summary>
/// An AppHost's database in Docker: over IAM with RunAsEmulator, against root's password on a container with the shape of Aspire's AddMySql,
/// on the same image. Until its container runs is the orchestrator's time and Docker's; from then to the first query is the server's.
/// </summary>
internal sealed class AppHostStartFigure : IFigure
{
    private const string Image = "rds-iam-mysql";
    private const string Tag = "9.7";
    private const int Rounds = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string Name => "apphost-start";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        using var engine = await DockerEngine.FindAsync(cancellationToken);
        if (engine is null || await InitializedImage.InspectAsync(engine, $"{Image}:{Tag}", cancellationToken) is null)
            return $"not measured: no Docker engine with the image {Image}:{Tag} (eng/mysql-image.sh makes it)";

        // Not timed: compiled code, warm caches, the image that is initialised once per machine.
        await OursAsync(cancellationToken);
        await TheirsAsync(cancellationToken);
        var (ours, theirs) = (new List<Start>(), new List<Start>());
        for (var round = 0; round < Rounds; round++)
        {
            theirs.Add(await TheirsAsync(cancellationToken));
            ours.Add(await OursAsync(cancellationToken));
        }

        var (mine, basis) = (Start.Median(ours), Start.Median(theirs));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"AddMySql's shape {basis.Server:0.0} s from its container to the first query; RunAsEmulator {mine.Server:0.0} s, {mine.Server
                / basis.Server:0.00}x (goal <= 0.3x); with the container itself {basis.Total:0.0} s and {mine.Total:0.0} s, {mine.Total
                / basis.Total:0.00}x; medians of {Rounds}");
    }

    private static Task<Start> OursAsync(CancellationToken cancellationToken) => TimeAsync(
        "orders-db-server",
        static builder => builder.AddRdsMySql("orders-db")
            .WithRdsIamAuth("orders_app")
            .RunAsEmulator(static container => container.WithImage(Image, Tag).WithImageRegistry(null))
            .AddDatabase("orders")
            .Resource,
        async (app, stop) =>
        {
            await app.ResourceNotifications.WaitForResourceAsync("orders-db", KnownResourceStates.Running, stop);
            var token = await app.ResourceCommands.ExecuteCommandAsync("orders-db", "token", stop);
            return token.Data!.Value;
        },
        cancellationToken);

    private static Task<Start> TheirsAsync(CancellationToken cancellationToken) => TimeAsync(
        "mysql",
        static builder =>
#pragma warning disable RDSIAM015 // The peer, as it is.
            builder.AddMySql("mysql").WithImage(Image, Tag).WithImageRegistry(null).Resource,
#pragma warning restore RDSIAM015
        (_, _) => Task.FromResult<string?>(null),
        cancellationToken);

    private static async Task<Start> TimeAsync(
        string container,
        Func<IDistributedApplicationBuilder, IResourceWithConnectionString> add,
        Func<DistributedApplication, CancellationToken, Task<string?>> passwordAsync,
        CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var builder = DistributedApplicationTestingBuilder.Create("RDS_IAM_SERVER=docker");
        builder.Services.AddLogging(static logging => logging.ClearProviders());
        var resource = add(builder);
        long started = 0;
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>((@event, _) =>
        {
            if (@event.Resource.Name == container) started = Stopwatch.GetTimestamp();
            return Task.CompletedTask;
        });
        await using var app = await builder.BuildAsync(patience.Token);
        var running = RunningSinceAsync(app, container, patience.Token);
        await app.StartAsync(patience.Token);
        var password = await passwordAsync(app, patience.Token);
        var ran = await running;
        var login = new MySqlConnectionStringBuilder((await resource.GetConnectionStringAsync(patience.Token))!)
        {
            Pooling = false,
            ConnectionTimeout = 2,
        };
        if (password is not null) login.Password = password;
        while (!await AnswersAsync(login.ConnectionString, patience.Token)) await Task.Delay(20, patience.Token);
        return new(Stopwatch.GetElapsedTime(started).TotalSeconds, Stopwatch.GetElapsedTime(ran).TotalSeconds);
    }

    private static async Task<long> RunningSinceAsync(DistributedApplication app, string container, CancellationToken cancellationToken)
    {
        await app.ResourceNotifications.WaitForResourceAsync(container, KnownResourceStates.Running, cancellationToken);
        return Stopwatch.GetTimestamp();
    }

    private static async Task<bool> AnswersAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new MySqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var query = new MySqlCommand("SELECT 1", connection);
            return await query.ExecuteScalarAsync(cancellationToken) is not null;
        }
        catch (MySqlException) { return false; }
    }

    /// <summary>Seconds until the first query: from the moment that the container is to start, and from the one that it runs.</summary>
    private sealed record Start(double Total, double Server)
    {
        public static Start Median(IReadOnlyList<Start> starts) => new(
            Benchmarks.Median.Of(starts.Select(static s => s.Total)), Benchmarks.Median.Of(starts.Select(static s => s.Server)));
    }
}
