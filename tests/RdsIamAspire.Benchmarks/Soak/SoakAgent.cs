using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Soak;

/// <summary>What an agent's process is told, on its standard input: nothing of it stands on a command line.</summary>
internal sealed record SoakAgentOrder(string Admin, string Host, int Port, EmulatorPrincipal Principal);

/// <summary>The emulator's agent in a process of its own, which can be killed.</summary>
internal sealed class SoakAgent : IAsyncDisposable
{
    /// <summary>The argument that makes this program an agent; whose it is follows, so that two soaks on one machine tell theirs apart.</summary>
    private const string ArgumentName = "--soak-agent=";

    /// <summary>The whole argument of an agent of this process.</summary>
    internal static string Argument { get; } = string.Create(CultureInfo.InvariantCulture, $"{ArgumentName}{Environment.ProcessId}");

    /// <summary>Whether a program was started as an agent.</summary>
    public static bool Is(string argument) => argument.StartsWith(ArgumentName, StringComparison.Ordinal);

    private const string Ready = "ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private SoakAgent(Process process) => _process = process;

    /// <summary>The agent itself: attaches, says so, and ends with its input.</summary>
    public static async Task<int> RunAsync()
    {
        var order = JsonSerializer.Deserialize<SoakAgentOrder>((await Console.In.ReadLineAsync())!)!;
        var options = new RdsIamEmulatorOptions();
        options.Principals.Add(order.Principal);
        options.Endpoints.Add(new EmulatorEndpoint(order.Host, order.Port));
        try
        {
            await using var emulator = await RdsIamEmulator.AttachAsync(order.Admin, options);
            emulator.Faults.MaxLoginsPerSecond = null;
            Console.WriteLine(Ready);
            await Console.In.ReadToEndAsync();
            return 0;
        }
        catch (EmulatorAttachException e)
        {
            Console.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>Starts one and waits until it judges; where the server is just away, tries again.</summary>
    public static async Task<SoakAgent> StartAsync(SoakAgentOrder order, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var start =
                new ProcessStartInfo(Environment.ProcessPath!, Argument) { RedirectStandardInput = true, RedirectStandardOutput = true };
            var agent = new SoakAgent(Process.Start(start)!);
            await agent._process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
            await agent._process.StandardInput.FlushAsync(cancellationToken);
            var said = await agent._process.StandardOutput.ReadLineAsync(cancellationToken);
            if (said == Ready)
                return agent;
            await agent.DisposeAsync();
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException(
                    $"No agent could be attached within {Patience.TotalSeconds:0} s. The last one said: {said}");
        }
    }

    /// <summary>SIGKILL: no code of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        try { _process.StandardInput.Close(); } catch (IOException) { }
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
