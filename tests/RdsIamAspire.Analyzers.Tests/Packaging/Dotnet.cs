using System.Diagnostics;

namespace RdsIamAspire.Analyzers.Tests.Packaging;

/// <summary>The dotnet command, run as a user would who knows nothing of this repository.</summary>
internal static class Dotnet
{
    /// <summary>Its output; any other exit code than 0 fails the test.</summary>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var (exit, output) = await TryRunAsync(folder, arguments);
        Assert.True(exit == 0, $"dotnet {string.Join(' ', arguments)} ended with {exit}\n{output}");
        return output;
    }

    public static async Task<(int ExitCode, string Output)> TryRunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        // What the test run says to MSBuild is not the sample's business.
        foreach (var name in new[] { "MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath", "AwsSdkRds" })
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }
}
