using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Benchmarks.TunnelFuzzing;

/// <summary>
/// Wrong packets from both sides of a tunnel: <c>tunnel-fuzz [--packets N] [--seed N]</c>. It must not throw what nobody catches, hold a
/// session that has ended, grow, or err with a client that does everything right.
/// </summary>
internal static class TunnelFuzz
{
    /// <summary>The user of tunnel and clients.</summary>
    public const string User = "app";

    private const int Workers = 8;
    private const int PacketsOfASession = 500;
    private const long Growth = 32 << 20;

    /// <summary>The command line's; ends with what went wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var packets = Value("--packets") ?? 100_000;
        var seed = (int)(Value("--seed") ?? Random.Shared.Next());
        Console.WriteLine($"tunnel-fuzz: {packets:N0} wrong packets, seed {seed}");
        var watch = Stopwatch.StartNew();
        var result = await RunAsync(packets, seed, Console.WriteLine, CancellationToken.None);
        Console.WriteLine(result.Problem is { } problem
            ? $"tunnel-fuzz: {problem} (seed {seed})"
            : $"tunnel-fuzz: {result.FromClients:N0} wrong packets from clients, {result.FromServer:N0} from the server in "
                + $"{watch.Elapsed.TotalSeconds:0} s: no crash, no hang, no growth ({result.GrownBy / 1024.0 / 1024.0:0.0} MB), "
                + $"{result.Bystanders} of {result.Bystanders} bystanders served");
        return result.Problem is null ? 0 : 1;

        long? Value(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length
            ? long.Parse(args[at + 1], CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Until so many wrong packets were sent, or something went wrong.</summary>
    public static async Task<FuzzResult> RunAsync(long packets, int seed, Action<string> say, CancellationToken cancellationToken)
    {
        using var server = new ScriptedServer(seed);
        var ca = Path.GetTempFileName();
        await File.WriteAllTextAsync(ca, server.CaPem, cancellationToken);
        var uncaught = new List<Exception>();
        void Note(object? _, UnobservedTaskExceptionEventArgs e)
        {
            lock (uncaught)
                uncaught.Add(e.Exception);
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
            {
                ConnectionString = $"Server=127.0.0.1;Port={server.Port};User ID={User}",
                CaCertificatePath = ca,
                Region = "us-east-1",
                Credentials = new BasicAWSCredentials("AKIAFUZZFUZZFUZZFUZZ", "made up"),
                AnyPassword = true,
                DrainTimeout = TimeSpan.Zero,
            });
            var (client, fromServer, bystanders, session) = (0L, 0L, 0, seed);
            long? first = null;
            while (true)
            {
                server.Errs = false;
                if (await StandByAsync(tunnel, cancellationToken) is { } wrong)
                    return Result(wrong);
                bystanders++;
                if (await HeldAsync(tunnel, cancellationToken) is { } held)
                    return Result(held);
                var memory = Memory();
                first ??= memory;
                lock (uncaught)
                {
                    if (uncaught.Count > 0)
                        return Result($"nobody caught {uncaught[0].InnerException}");
                }

                // The first round fills the pools that later ones use.
                if (bystanders == 2)
                    first = memory;
                if (memory - first > Growth)
                    return Result($"it grew by {(memory - first) >> 20} MB");
                if (client + fromServer >= packets && bystanders > 2)
                    return Result(null);
                if (bystanders % 10 == 0)
                    say($"tunnel-fuzz: {client + fromServer:N0} packets, {memory >> 20} MB");

                server.Errs = true;
                var round = Math.Clamp((packets - client - fromServer) / Workers, 1_000, 20_000);
                var sent = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(round)));
                client += sent.Sum();
                fromServer = Interlocked.Read(ref server.Sent);
            }

            FuzzResult Result(string? problem) => new(problem, client, fromServer, bystanders, Memory() - (first ?? 0));

            async Task<long> WorkAsync(long share)
            {
                var sent = 0L;
                for (var sessions = 0; sent < share && sessions < 2_000; sessions++)
                {
                    using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    patience.CancelAfter(TimeSpan.FromSeconds(60));
                    var random = new Random(Interlocked.Increment(ref session));
                    sent += await FuzzClient.RunAsync(tunnel.EndPoint, random, PacketsOfASession, patience.Token);
                }

                return sent;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FuzzResult("a session hung for a minute", 0, 0, 0, 0);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
            File.Delete(ca);
        }
    }

    private static async Task<string?> StandByAsync(RdsIamTunnel tunnel, CancellationToken cancellationToken)
    {
        // A wrong greeting may be the last that the tunnel has seen: one login puts it right.
        await tunnel.FindProblemAsync(cancellationToken);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            return await FuzzClient.StandByAsync(tunnel.EndPoint, patience.Token)
                ? null
                : "a client that does everything right was refused";
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return $"a client that does everything right was not served: {e.Message}";
        }
    }

    private static async Task<string?> HeldAsync(RdsIamTunnel tunnel, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (tunnel.Held > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
                return $"{tunnel.Held} sessions whose clients have gone are still held";
            await Task.Delay(20, cancellationToken);
        }

        return null;
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

/// <summary>How it went.</summary>
/// <param name="Problem">What went wrong; null for nothing.</param>
/// <param name="FromClients">Wrong packets that clients sent.</param>
/// <param name="FromServer">Wrong packets that the server sent.</param>
/// <param name="Bystanders">How many clients that do everything right were served.</param>
/// <param name="GrownBy">Managed memory at the end beside that after the first round, in bytes.</param>
internal sealed record FuzzResult(string? Problem, long FromClients, long FromServer, int Bystanders, long GrownBy);
