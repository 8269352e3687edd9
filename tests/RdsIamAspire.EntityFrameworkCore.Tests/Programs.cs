using System.Diagnostics;
using System.Reflection;

namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>Programs that are built beside the tests, and how they are run.</summary>
internal static class Programs
{
    /// <summary>The folder of the tests' sources.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>A service for .NET 8.</summary>
    public static string Net8Service => BuiltAs("Net8Service");

    /// <summary>The tool <c>rds-iam</c>.</summary>
    public static string Tool => BuiltAs("Tool");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Runs to its end, which must be a good one.</summary>
    /// <returns>What it said.</returns>
    public static async Task<string> RunAsync(
        string folder, string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        // dotnet ef is built for an older runtime than this machine has.
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        start.Environment["Logging__LogLevel__Default"] = "None";
        // What the application refers to is built already, perhaps by someone at this moment.
        start.Environment["BuildProjectReferences"] = "false";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            var said = await output + await error;
            Assert.True(process.ExitCode == 0, $"{program} {arguments.FirstOrDefault()} … ended with {process.ExitCode}: {said}");
            return said;
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string BuiltAs(string name) => Path.GetFullPath(
        typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == name).Value!);

    private static string FindFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RdsIamAspire.sln")))
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"The tests' sources are not above {AppContext.BaseDirectory}.");
        return Path.Combine(folder, "tests", "RdsIamAspire.EntityFrameworkCore.Tests");
    }
}
