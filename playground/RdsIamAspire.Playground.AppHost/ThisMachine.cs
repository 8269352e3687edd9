using System.ComponentModel;
using System.Diagnostics;

namespace RdsIamAspire.Playground.AppHost;

/// <summary>
/// What a part of the playground needs beside .NET. A part that lacks something is left out with one line that says so: a first look is
/// never red.
/// </summary>
internal static class ThisMachine
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Whether the programs are on the PATH.</summary>
    public static bool Has(string part, params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var missing = Array.Find(
            programs,
            program => !folders.Any(
                folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe"))));
        return missing is null || LeftOut(part, $"{missing} is not on the PATH");
    }

    /// <summary>Whether the npm packages of a folder are there, or can be had.</summary>
    public static async Task<bool> HasModulesAsync(string part, string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "node_modules")))
            return true;
        Console.WriteLine($"{part}: fetching its npm packages, once");
        return await RunAsync("npm", folder, "ci", "--no-audit", "--no-fund", "--silent")
            || LeftOut(part, $"its npm packages cannot be fetched (npm ci in {folder} says why)");
    }

    /// <summary>Whether Docker has the image. It is not pulled: without a registry that would be a red row.</summary>
    public static async Task<bool> HasImageAsync(string part, string image) =>
        await RunAsync("docker", folder: null, "image", "inspect", image)
        || LeftOut(part, $"the image {image} is not here (docker pull {image} brings it)");

    private static bool LeftOut(string part, string why)
    {
        Console.WriteLine($"{part} is left out: {why}.");
        return false;
    }

    private static async Task<bool> RunAsync(string program, string? folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            program, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        try
        {
            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await Task.WhenAll(
                    process.StandardOutput.ReadToEndAsync(patience.Token),
                    process.StandardError.ReadToEndAsync(patience.Token),
                    process.WaitForExitAsync(patience.Token));
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
