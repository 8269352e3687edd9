using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Endpoints;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>The tunnels of one process, from the first that listens to the last that has drained.</summary>
internal sealed class TunnelFleet : IAsyncDisposable
{
    private readonly List<ServedTunnel> _tunnels = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<ServedTunnel> Tunnels => _tunnels;

    /// <summary>One more; it listens from <see cref="ServeAsync"/> on.</summary>
    public void Add(DatabaseTarget target, RdsIamTunnelOptions options) =>
        _tunnels.Add(new ServedTunnel(target, options, new RdsIamTunnel(options)));

    /// <summary>Serves until the first signal, and then lets statements end.</summary>
    /// <param name="admin">Where health and metrics are served; null for nowhere.</param>
    /// <param name="made">The password that was made up for clients; null for one that the person chose, or none.</param>
    /// <param name="asksPassword">Whether clients have to know a password.</param>
    /// <param name="signals">What ends it.</param>
    /// <exception cref="ToolException">A port is taken, or an option cannot be used.</exception>
    public async Task ServeAsync(IPEndPoint? admin, MadePassword? made, bool asksPassword, StopSignals signals)
    {
        foreach (var served in _tunnels)
        {
            var at = Listen(served);
            var whom = asksPassword ? "for clients that know the tunnel's password"
                : served.Options.SocketFile is not null ? "for this user's programs, with any password"
                : "for every program on this machine, with any password";
            Terminal.Say($"{at} leads to {served.Target.Dialled} as '{served.Target.User}', {whom}; Ctrl+C ends it");
            Banner.Show(served.Target.Named, served.Target.User, readOnly: false);
        }

        if (made is not null)
        {
            Terminal.Say($"this machine has other users: the password stands in {made.Path}, for you alone (mysql "
                + $"--defaults-extra-file={made.Path} …); --any-password, --socket and {TunnelCommand.PasswordVariable} are the other ways");
        }

        await using var server = admin is null ? null : AdminServer.Start(admin, this);
        if (server is not null)
            Terminal.Say($"http://{server.Address} has /healthz, /readyz and /metrics");
        SystemdNotify.Send("READY=1");
        await Task.WhenAll(_tunnels.Select(served => FirstLoginAsync(served, signals.First)));
        await Task.Delay(Timeout.Infinite, signals.First).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SystemdNotify.Send("STOPPING=1");
        if (_tunnels.Sum(served => served.Tunnel.OpenSessions) is > 0 and var open)
        {
            var end = open == 1 ? "session ends" : "sessions end";
            Terminal.Say($"no new clients; {open} open {end} when no statement runs; again to cut them");
        }

        var cuts = await Task.WhenAll(_tunnels.Select(served => served.Tunnel.StopAsync(signals.Second)));
        if (cuts.Sum() is > 0 and var cut)
            Terminal.Say($"{cut} running {(cut == 1 ? "statement was" : "statements were")} cut");
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_tunnels.Select(served => served.Tunnel.DisposeAsync().AsTask()));

    /// <returns>Where it listens.</returns>
    private static string Listen(ServedTunnel served)
    {
        try
        {
            return served.Options.SocketFile is null ? served.Tunnel.EndPoint.ToString() : served.Tunnel.SocketPath;
        }
        catch (InvalidOperationException e)
        {
            throw ToolException.Missing(e.Message);
        }
        catch (Exception e) when (served.Options.SocketFile is { } file && (e is IOException or UnauthorizedAccessException))
        {
            throw ToolException.Missing($"--socket '{file}' cannot be made: {e.Message}", e);
        }
        catch (SocketException e)
        {
            var address = new IPEndPoint(served.Options.ListenAddress, served.Options.ListenPort);
            throw ToolException.Missing($"{address} cannot be listened on: {e.Message}; choose another port with --listen", e);
        }
    }

    private static async Task FirstLoginAsync(ServedTunnel served, CancellationToken cancellationToken)
    {
        var target = served.Target;
        var login = served.Tunnel.FindProblemAsync(cancellationToken);
        if (target.Via is not null)
            await Progress.WhileAsync($"opening {target.Via}", login);
        try
        {
            if (await login is not { } problem)
                return;
            var other = target.SignFor == target.Dialled && !target.Dialled.IsRds && target.Via is null
                ? "; where --host is a port-forward, give the endpoint's own name with --sign-for"
                : "";
            var where = target.Named is { } named ? $" to '{named.Name}'" : "";
            Terminal.Say($"a login{where} does not work at present: {problem}{other}; 'rds-iam doctor' with the same options looks for the"
                + " cause");
        }
        catch (OperationCanceledException)
        {
            // Ended before it was known.
        }
    }
}

/// <summary>A tunnel and where it leads.</summary>
internal sealed record ServedTunnel(DatabaseTarget Target, RdsIamTunnelOptions Options, RdsIamTunnel Tunnel)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private Task<string?>? _look;
    private long _lookedAt;

    /// <summary>Why a login does not work, null when it does; looked at every ten seconds at most, however often it is asked.</summary>
    public Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_look is null || (_look.IsCompleted && Stopwatch.GetElapsedTime(_lookedAt) > GoodFor))
                (_look, _lookedAt) = (Tunnel.FindProblemAsync(CancellationToken.None), Stopwatch.GetTimestamp());
            return _look.WaitAsync(cancellationToken);
        }
    }
}
