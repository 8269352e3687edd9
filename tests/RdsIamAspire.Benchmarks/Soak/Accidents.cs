using System.Globalization;
using System.Net;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Soak;

/// <summary>What can go wrong with a local RDS, on purpose: each accident is over when what it broke works again.</summary>
internal sealed class Accidents : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ILocalMySqlServer _server;
    private readonly BreakableProxy _network;
    private readonly SoakAgentOrder _order;
    private readonly string? _disk;
    private SoakAgent _agent;

    private Accidents(ILocalMySqlServer server, BreakableProxy network, SoakAgentOrder order, SoakAgent agent, string? disk) =>
        (_server, _network, _order, _agent, _disk) = (server, network, order, agent, disk);

    /// <summary>The kinds of accident that this machine can have.</summary>
    public IReadOnlyList<string> Kinds => _disk is null ? [.. All.Where(kind => kind != Disk)] : All;

    private const string Disk = "disk full";

    private static readonly string[] All = ["agent killed", "polls killed", "network cut", "server killed", Disk];

    /// <param name="server">The server.</param>
    /// <param name="principal">Who signs.</param>
    /// <param name="disk">A small disk that holds the server's data and may be filled; null for none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<Accidents> StartAsync(
        ILocalMySqlServer server, EmulatorPrincipal principal, string? disk, CancellationToken cancellationToken)
    {
        var network = new BreakableProxy(new IPEndPoint(IPAddress.Loopback, server.Port));
        var admin = new MySqlConnectionStringBuilder(server.AdminConnectionString) { Port = (uint)network.Port, ConnectionTimeout = 5 };
        var order = new SoakAgentOrder(admin.ConnectionString, server.Host, server.Port, principal);
        return new Accidents(server, network, order, await SoakAgent.StartAsync(order, cancellationToken), disk);
    }

    public async Task HappenAsync(string kind, Random random, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case "agent killed":
                await _agent.KillAsync();
                await Task.Delay(random.Next(500), cancellationToken);
                _agent = await SoakAgent.StartAsync(_order, cancellationToken);
                break;
            case "polls killed":
                await KillPollsAsync(cancellationToken);
                break;
            case "network cut":
                _network.Cut();
                await Task.Delay(random.Next(1000), cancellationToken);
                _network.Restore();
                break;
            case "server killed":
                await KillServerAsync(cancellationToken);
                break;
            case Disk:
                await FillDiskAsync(TimeSpan.FromMilliseconds(random.Next(2000)), cancellationToken);
                break;
            default:
                throw new ArgumentException($"'{kind}' is no accident.", nameof(kind));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _network.DisposeAsync();
    }

    private async Task KillPollsAsync(CancellationToken cancellationToken)
    {
        await using var admin = new MySqlConnection(_server.AdminConnectionString + ";Pooling=false");
        await admin.OpenAsync(cancellationToken);
        var polls = new List<ulong>();
        await using (var list = new MySqlCommand(
            "SELECT PROCESSLIST_ID FROM performance_schema.threads WHERE PROCESSLIST_USER = 'root' AND PROCESSLIST_ID <> CONNECTION_ID()",
            admin))
        {
            await using var reader = await list.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                polls.Add(reader.GetUInt64(0));
        }

        foreach (var poll in polls)
        {
            try
            {
                await using var kill = new MySqlCommand(string.Create(CultureInfo.InvariantCulture, $"KILL {poll}"), admin);
                await kill.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.NoSuchThread)
            {
                // It has ended by itself.
            }
        }
    }

    private async Task KillServerAsync(CancellationToken cancellationToken)
    {
        var back = new TaskCompletionSource();
        void Watch(object? sender, LocalMySqlServerStateChange change)
        {
            if (change.State == LocalMySqlServerState.Running)
                back.TrySetResult();
            else if (change.State == LocalMySqlServerState.Ended)
                back.TrySetException(new InvalidOperationException(change.Message));
        }

        _server.StateChanged += Watch;
        try
        {
            var file = Path.Combine(Path.GetDirectoryName(_server.CaCertificatePath)!, "mysqld.pid");
            var process = int.Parse((await File.ReadAllTextAsync(file, cancellationToken)).Trim(), CultureInfo.InvariantCulture);
            using (var mysqld = System.Diagnostics.Process.GetProcessById(process))
                mysqld.Kill();
            await back.Task.WaitAsync(Patience, cancellationToken);
        }
        finally
        {
            _server.StateChanged -= Watch;
        }
    }

    private async Task FillDiskAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var filler = Path.Combine(_disk!, "filler");
        try
        {
            await using var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var block = new byte[1 << 20];
            while (true)
                await file.WriteAsync(block, cancellationToken);
        }
        catch (IOException)
        {
            // Full.
            await Task.Delay(duration, cancellationToken);
        }
        finally
        {
            File.Delete(filler);
        }
    }
}
