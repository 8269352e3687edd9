using System.Runtime.InteropServices;

namespace RdsIamAspire.Dev;

/// <summary>
/// The commands of <c>dotnet run dev.cs</c>. Each looks at what this machine has, says each choice in one line, and for anything missing
/// what to type.
/// </summary>
public static class DevCommandLine
{
    /// <summary>Runs a command.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="args">The command and its arguments.</param>
    /// <returns>The exit code: 0, 1 where something failed, 130 where it was ended by a signal.</returns>
    public static async Task<int> RunAsync(string root, IReadOnlyList<string> args)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; stop.Cancel(); });
        var shell = new Shell(root, stop.Token);
        string[] rest = [.. args.Skip(1)];
        string[] options = args is ["run", ..] ? ["--once"] : [];
        if (args is ["run" or "check" or "feed", ..] && rest.FirstOrDefault(option => !options.Contains(option)) is { } option)
            return Shell.Fail($"'{option}' is not an option of 'dev.cs {args[0]}'; type: dotnet run dev.cs help");
        try
        {
            if (args.Count > 0 && args[0] is "run" or "test" or "bench" or "check" or "feed")
                await PackageSignatures.LookAsync(shell).ConfigureAwait(false);
            return args.Count == 0 ? Help() : args[0] switch
            {
                "run" => await new PlaygroundRun(shell).RunAsync(once: rest.Contains("--once")).ConfigureAwait(false),
                "test" => await new TestRun(shell).RunAsync(rest).ConfigureAwait(false),
                "bench" => await BenchAsync(shell, rest).ConfigureAwait(false),
                "check" => await CheckAsync(shell).ConfigureAwait(false),
                "feed" => await FeedAsync(shell).ConfigureAwait(false),
                "help" or "--help" or "-h" => Help(),
                var unknown => Shell.Fail($"'{unknown}' is not a command of dev.cs; type: dotnet run dev.cs help"),
            };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static int Help()
    {
        Console.WriteLine("""
            dotnet run dev.cs run [--once]          start the AppHost: a local RDS MySQL, services logged in over IAM, the dashboard
            dotnet run dev.cs test [PROJECT …]      build and run the tests (all, or the test projects whose name contains PROJECT)
            dotnet run dev.cs bench [NAME …]        run the benchmarks
            dotnet run dev.cs check                 build everything, check the format, make the packages
            dotnet run dev.cs feed                  look again at what the NuGet feed has

            Found out once per checkout and kept in .feed.props, or told by environment variables:
              AwsSdkRds=true|false           AWSSDK.RDS is | is not on the NuGet feed
              AspireEnvironments=true|false  Aspire.Hosting.Docker and .Kubernetes are | are not on it (two tests need them)
              RDS_IAM_SERVER=docker|mysqld   which local MySQL server to use
            """);
        return 0;
    }

    private static async Task<int> FeedAsync(Shell shell)
    {
        FeedFile.Delete(shell.Root);
        await FeedProbe.FindAsync(shell).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> BenchAsync(Shell shell, string[] names)
    {
        await FeedProbe.FindAsync(shell).ConfigureAwait(false);
        if (!await Machine.HasServerAsync(shell).ConfigureAwait(false)) return 1;
        var project = shell.Path("tests", "RdsIamAspire.Benchmarks");
        return await shell.RunAsync("dotnet", ["run", "-c", "Release", "--project", project, "--", .. names]).ConfigureAwait(false);
    }

    private static async Task<int> CheckAsync(Shell shell)
    {
        await FeedProbe.FindAsync(shell).ConfigureAwait(false);
        var solution = shell.Path("RdsIamAspire.sln");
        if (await shell.RunAsync("dotnet", ["build", solution, .. Shell.Quiet]).ConfigureAwait(false) != 0)
            return Shell.Fail("the build failed");
        Shell.Say("format", "dotnet format --verify-no-changes");
        if (await shell.RunAsync("dotnet", ["format", solution, "--no-restore", "--verify-no-changes"]).ConfigureAwait(false) != 0)
            return Shell.Fail("the format differs; type: dotnet format");
        if (LineLength.TooLong(shell.Root) is { Count: > 0 } tooLong)
            return Shell.Fail($"{tooLong.Count} lines are longer than {LineLength.Limit} characters, the first: {tooLong[0]}");
        Shell.Say("pack", "artifacts/packages");
        return await shell.RunAsync("dotnet", ["pack", solution, .. Shell.Quiet]).ConfigureAwait(false);
    }
}
