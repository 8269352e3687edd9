using System.Diagnostics;
using System.Runtime.CompilerServices;
using RdsIamAspire.Benchmarks.Soak;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>The short form of <c>bench soak</c>, in a process of its own: it fills a disk and has a cache folder of its own.</summary>
public sealed class SoakTests
{
    private const string Argument = "--soak";

    [Fact]
    public async Task Under_accidents_no_wrong_login_gets_in_and_every_right_one_does()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Argument) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        TestContext.Current.SendDiagnosticMessage(said);
        Assert.True(process.ExitCode == 0, said);
        Assert.Contains(" wrong logins, 0 let in", said, StringComparison.Ordinal);
    }

    // The code that runs is another assembly's: this one's types are held until its initialiser ends.
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage",
        "CA2255",
        Justification = "Before the test framework reads the command line.")]
    internal static void Run()
    {
        switch (Environment.GetCommandLineArgs())
        {
            case [_, var only] when SoakAgent.Is(only):
                Environment.Exit(SoakAgent.RunAsync().GetAwaiter().GetResult());
                break;
            case [_, Argument]:
                Environment.Exit(Soak.RunAsync(["--seconds", "25", "--accidents", "10", "--seed", "7"]).GetAwaiter().GetResult());
                break;
            default:
                break;
        }
    }
}
