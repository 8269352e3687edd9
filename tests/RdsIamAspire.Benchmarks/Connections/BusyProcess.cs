using System.Diagnostics;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>Other work on the machine: two threads for each processor, in a process of its own.</summary>
internal sealed class BusyProcess : IDisposable
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Argument = "--busy";

    private readonly Process _process;

    private BusyProcess(Process process) => _process = process;

    public static int Threads => 2 * Environment.ProcessorCount;

    public static BusyProcess Start() => new(Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, [Argument]) { RedirectStandardInput = true })!);

    /// <summary>What the other process does: it ends with its standard input.</summary>
    public static async Task<int> RunAsync()
    {
        for (var i = 0; i < Threads; i++)
            new Thread(Spin) { IsBackground = true }.Start();
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static void Spin()
    {
        while (true)
            Thread.SpinWait(1_000);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}
