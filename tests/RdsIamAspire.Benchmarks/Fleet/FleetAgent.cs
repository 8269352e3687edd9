using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Amazon.Runtime;
using MySqlConnector;

namespace RdsIamAspire.Benchmarks.Fleet;

/// <summary>One process of the fleet: data sources that have logged in before, lose their connections, and all want them back.</summary>
internal sealed class FleetAgent
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Argument = "--fleet-agent";

    public const string Ready = "ready";

    /// <summary>What an application does after a failed open: the next request comes a second later.</summary>
    private static readonly TimeSpan NextRequest = TimeSpan.FromSeconds(1);

    private readonly FleetOrder _order;
    private readonly List<MySqlDataSource> _sources = [];
    private int _failures;

    private FleetAgent(FleetOrder order) => _order = order;

    public static async Task<int> RunAsync()
    {
        var order = JsonSerializer.Deserialize<FleetOrder>((await Console.In.ReadLineAsync())!)!;
        var agent = new FleetAgent(order);
        await agent.StartAsync();
        Console.WriteLine(Ready);
        await Console.In.ReadLineAsync();
        Console.WriteLine(JsonSerializer.Serialize(await agent.ComeBackAsync()));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private async Task StartAsync()
    {
        for (var i = 0; i < _order.Sources; i++)
            _sources.Add(Create(i));
        // Each has served before. The server may still be busy with the sessions of the fleet that was measured before this one.
        var started = Stopwatch.GetTimestamp();
        foreach (var source in _sources)
        {
            while (true)
            {
                try
                {
                    await ServeAsync(source);
                    break;
                }
                catch (MySqlException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(_order.Patience))
                {
                    await Task.Delay(NextRequest);
                }
            }
        }
    }

    private MySqlDataSource Create(int number)
    {
        var connection = new MySqlConnectionStringBuilder(_order.ConnectionString)
        {
            MaximumPoolSize = (uint)_order.Pool,
            ConnectionTimeout = 15,
        };
        if (_order.Token is { } token)
        {
            connection.Password = token;
            return new MySqlDataSourceBuilder(connection.ConnectionString).UseName($"plain {number}").Build();
        }

        return new MySqlDataSourceBuilder(connection.ConnectionString).UseName($"ours {number}").UseRdsIamAuth(o =>
        {
            o.Region = _order.Region;
            o.LoginSpread = TimeSpan.FromSeconds(1);
            o.Credentials = new SessionAWSCredentials(
                _order.Principal.AccessKeyId, _order.Principal.SecretAccessKey, _order.Principal.SessionToken);
        }).Build();
    }

    private async Task ServeAsync(MySqlDataSource source)
    {
        await using DbConnection connection = _order.Token is null
            ? await source.OpenRdsIamConnectionAsync()
            : await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        await command.ExecuteScalarAsync();
    }

    private async Task<FleetNews> ComeBackAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var patience = TimeSpan.FromSeconds(_order.Patience);
        var first = new double[_sources.Count];
        var all = new double[_sources.Count];
        await Task.WhenAll(_sources.Select((source, i) => Task.Run(async () =>
        {
            first[i] = -1;
            var requests = Enumerable.Range(0, _order.Pool).Select(_ => RequestAsync(source)).ToList();
            var times = await Task.WhenAll(requests);
            var served = times.Where(t => t >= 0).ToList();
            first[i] = served.Count == 0 ? -1 : served.Min();
            all[i] = served.Count < times.Length ? -1 : served.Max();
        })));
        return new FleetNews(first, all, _failures);

        async Task<double> RequestAsync(MySqlDataSource source)
        {
            while (Stopwatch.GetElapsedTime(started) < patience)
            {
                try
                {
                    await ServeAsync(source);
                    return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }
                catch (MySqlException)
                {
                    Interlocked.Increment(ref _failures);
                    await Task.Delay(NextRequest);
                }
            }

            return -1;
        }
    }
}
