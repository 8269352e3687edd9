using System.Collections.Concurrent;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>An AppHost that runs for a test: its resources, their logs and their commands.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    /// <summary>Generous, since machines differ; nothing waits for it to pass.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly DistributedApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _logs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
    private Task _start = Task.CompletedTask;

    private RunningAppHost(DistributedApplication app) => _app = app;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="model">What the AppHost adds.</param>
    /// <param name="args">Its settings, as on a command line.</param>
    public static async Task<RunningAppHost> StartAsync(Action<IDistributedApplicationBuilder> model, params string[] args)
    {
        var host = await BeginAsync(model, args);
        try
        {
            await host._start.WaitAsync(Patience, Cancelled);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>As above, without waiting for those that wait: a start of Aspire's is over when they have started too.</summary>
    public static async Task<RunningAppHost> BeginAsync(Action<IDistributedApplicationBuilder> model, params string[] args)
    {
        var builder = DistributedApplicationTestingBuilder.Create(args);
        model(builder);
        var host = new RunningAppHost(await builder.BuildAsync(Cancelled));
        foreach (var resource in builder.Resources)
        {
            host.Collect(resource.Name, resource.Name);
        }

        host.CollectInstances();

        host._start = host._app.StartAsync(host._stop.Token);
        return host;
    }

    public Task<ResourceEvent> HealthyAsync(string resource) =>
        _app.ResourceNotifications.WaitForResourceHealthyAsync(
            resource, WaitBehavior.StopOnResourceUnavailable, Cancelled).WaitAsync(Patience, Cancelled);

    /// <summary>Waits until one of the resource's health checks has failed, and says this.</summary>
    public Task<ResourceEvent> UnhealthyAsync(string resource, string why = "") =>
        _app.ResourceNotifications.WaitForResourceAsync(
            resource,
            e => e.Snapshot.HealthStatus == HealthStatus.Unhealthy && e.Snapshot.HealthReports.Any(
                r => r.Description?.Contains(why, StringComparison.Ordinal) == true),
            Cancelled).WaitAsync(Patience, Cancelled);

    public Task<string> StateAsync(string resource, params string[] states) =>
        _app.ResourceNotifications.WaitForResourceAsync(resource, states, Cancelled).WaitAsync(Patience, Cancelled);

    public async Task<ExecuteCommandResult> CommandAsync(string resource, string command, params (string Name, string Value)[] arguments)
    {
        var inputs = new InteractionInputCollection(
            [.. arguments.Select(static a => new InteractionInput { Name = a.Name, Value = a.Value, InputType = InputType.Text })]);
        return await _app.ResourceCommands.ExecuteCommandAsync(resource, command, inputs, Cancelled).WaitAsync(Patience, Cancelled);
    }

    /// <summary>What the resource shows under this name; waits for a value, or for the one that is due.</summary>
    public async Task<string> PropertyAsync(string resource, string name, string? due = null)
    {
        var shown = await _app.ResourceNotifications.WaitForResourceAsync(
            resource, e => Value(e) is { } value && (due is null || value == due), Cancelled).WaitAsync(Patience, Cancelled);
        return Value(shown)!;

        string? Value(ResourceEvent e) => e.Snapshot.Properties.FirstOrDefault(p => p.Name == name)?.Value?.ToString();
    }

    /// <summary>A log line of the resource that holds the text; waits for one, or for so many.</summary>
    public async Task<string> LogAsync(string resource, string text, int times = 1)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (_logs.TryGetValue(resource, out var lines)
                && lines.Where(l => l.Contains(text, StringComparison.Ordinal)).ElementAtOrDefault(times - 1) is { } line)
            {
                return line;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    public IEnumerable<string> AllLogs => _logs.Values.SelectMany(static l => l);

    /// <summary>Where the resource's row leads; waits for it.</summary>
    public async Task<string> UrlAsync(string resource) =>
        (await _app.ResourceNotifications.WaitForResourceAsync(resource, static e => e.Snapshot.Urls.Length > 0, Cancelled)
            .WaitAsync(Patience, Cancelled))
            .Snapshot.Urls[0].Url;

    /// <summary>What a consumer on this machine is given as NAME_… of the database.</summary>
    public async Task<string> ReferenceValueAsync(string database, string property)
    {
        var model = _app.Services.GetRequiredService<DistributedApplicationModel>();
        var resource = (IResourceWithConnectionString)model.Resources.Single(r => r.Name == database);
        return (await resource.GetConnectionProperties().Single(p => p.Key == property).Value.GetValueAsync(Cancelled))!;
    }

    /// <summary>What is in the model once it has started.</summary>
    public IEnumerable<string> Resources => _app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Select(
        static r => r.Name);

    /// <summary>As <see cref="QueryAsync"/>, as another user.</summary>
    public async Task<T?> QueryAsAsync<T>(string resource, string user, string sql)
    {
        var connectionString = new MySqlConnectionStringBuilder(
            (await _app.GetConnectionStringAsync(resource, Cancelled))!)
        { UserID = user, Pooling = false };
        var token = await TokenAsync(resource, user);
        await using var connection = new MySqlConnection(connectionString.ConnectionString) { ProvidePasswordCallback = _ => token };
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T?)await command.ExecuteScalarAsync(Cancelled);
    }

    /// <summary>Logs in as a service would, with a token of the endpoint's own, and asks one question.</summary>
    public async Task<T?> QueryAsync<T>(string resource, string sql, string? token = null)
    {
        await using var connection = await OpenAsync(resource, token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T?)await command.ExecuteScalarAsync(Cancelled);
    }

    public async Task<MySqlConnection> OpenAsync(string resource, string? token = null)
    {
        var connectionString = await _app.GetConnectionStringAsync(resource, Cancelled);
        var user = new MySqlConnectionStringBuilder(connectionString!).UserID;
        token ??= await TokenAsync(resource, user);
        var connection = new MySqlConnection($"{connectionString};Pooling=false") { ProvidePasswordCallback = _ => token };
        try
        {
            await connection.OpenAsync(Cancelled);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<string> TokenAsync(string resource, string? user = null)
    {
        var model = _app.Services.GetRequiredService<DistributedApplicationModel>();
        var server = model.Resources.Single(r => r.Name == resource) is RdsMySqlDatabaseResource database ? database.Parent.Name : resource;
        var result = await CommandAsync(server, "token", user is null ? [] : [("user", user)]);
        Assert.True(result.Success, result.Message);
        return result.Data!.Value;
    }

    /// <summary>One that takes the first answer, however late: Aspire's own asks again, and gives up after half a minute.</summary>
    public HttpClient HttpClient(string resource) => new() { BaseAddress = _app.GetEndpoint(resource), Timeout = Patience };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _start.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>What the orchestrator runs has logs of its own, under the name of each instance.</summary>
    private void CollectInstances() => _ = Task.Run(async () =>
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await foreach (var update in _app.ResourceNotifications.WatchAsync(_stop.Token))
            {
                if (update.ResourceId != update.Resource.Name && seen.Add(update.ResourceId))
                {
                    Collect(update.Resource.Name, update.ResourceId);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    });

    private void Collect(string resource, string instance)
    {
        var lines = _logs.GetOrAdd(resource, static _ => new());
        _ = Task.Run(async () =>
        {
            try
            {
                await foreach (
                    var batch in _app.Services.GetRequiredService<ResourceLoggerService>().WatchAsync(instance).WithCancellation(
                        _stop.Token))
                {
                    foreach (var line in batch)
                    {
                        lines.Enqueue(line.Content);
                    }
                }
            }
            catch (OperationCanceledException)
            {
            }
        });
    }
}
