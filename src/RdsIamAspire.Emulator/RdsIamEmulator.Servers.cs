using System.Collections.Immutable;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

// The servers whose logins are judged: one, or the instances of a cluster, which share one IAM.
public sealed partial class RdsIamEmulator
{
    private readonly int _connections;
    private ImmutableArray<ServedServer> _servers;
    private volatile ServedServer _primary;

    private sealed record ServedServer(MySqlDataSource Admin, LoginAgent Agent, string Address);

    /// <summary>
    /// Judges the logins of one more server too, by the same principals, endpoints and faults: the instances of an Aurora cluster share one
    /// IAM.
    /// </summary>
    /// <param name="adminConnectionString">As for <see cref="AttachAsync"/>; that server's address becomes an endpoint too.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="EmulatorAttachException">
    /// The plugin cannot be loaded, or another agent is attached; the message says what to do. A server that is read only for root too
    /// (super_read_only) takes no plugin: attach before that is set.
    /// </exception>
    /// <exception cref="MySqlException">The server cannot be reached.</exception>
    public async Task AttachServerAsync(string adminConnectionString, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(adminConnectionString);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var admin = AdminConnection.For(adminConnectionString);
        foreach (var endpoint in AdminConnection.EndpointsOf(admin))
            _database.AddEndpoint(endpoint);
        var server = Serve(new MySqlDataSourceBuilder(admin.ConnectionString).Build());
        try
        {
            await server.Agent.StartAsync(_connections, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await server.Agent.DisposeAsync().ConfigureAwait(false);
            await server.Admin.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        ImmutableInterlocked.Update(ref _servers, static (servers, added) => servers.Add(added), server);
    }

    /// <summary>Says which of the servers is the writer: where users are created.</summary>
    internal void UsePrimary(string adminConnectionString)
    {
        var address = AddressOf(new MySqlConnectionStringBuilder(adminConnectionString));
        _primary = _servers.First(server => server.Address == address);
    }

    private ServedServer Serve(MySqlDataSource admin) => new(
        admin,
        new LoginAgent(admin, Judge, Faults, _time, _logger),
        AddressOf(new MySqlConnectionStringBuilder(admin.ConnectionString)));

    private static string AddressOf(MySqlConnectionStringBuilder admin) => $"{admin.Server}:{admin.Port}";

    private async Task KillSessionsAsync(CancellationToken cancellationToken)
    {
        foreach (var server in _servers)
            await KillSessionsAsync(server.Admin, cancellationToken).ConfigureAwait(false);
    }

    private async Task KillSessionsAsync(MySqlDataSource server, CancellationToken cancellationToken)
    {
        using var connection = await server.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var sessions = new List<ulong>();
        using (var query = new MySqlCommand(
            "SELECT PROCESSLIST_ID FROM performance_schema.threads WHERE PROCESSLIST_USER IN"
            + $" (SELECT User FROM mysql.user WHERE plugin = '{RdsGrantScript.Plugin}')",
            connection))
        {
            using var reader = await query.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                sessions.Add(reader.GetUInt64(0));
        }

        foreach (var session in sessions)
        {
            try
            {
                using var kill = new MySqlCommand($"KILL CONNECTION {session}", connection);
                await kill.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (MySqlException exception) when (exception.ErrorCode == MySqlErrorCode.NoSuchThread)
            {
                // It ended by itself.
            }
        }

        LogKilled(_logger, sessions.Count);
    }
}
