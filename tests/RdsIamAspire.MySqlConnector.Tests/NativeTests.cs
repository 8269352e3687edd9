using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>A minimal API that is compiled ahead of time, trimmed, without one warning, and then logs in.</summary>
public sealed class NativeTests(SharedRds shared)
{
    private static readonly string Folder = FindFolder();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_native_service_logs_in_and_serves_its_health_check_and_its_tunnel()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        // A copy: what the native compiler restores and writes is kept apart from the solution's own build.
        var copy = Directory.CreateDirectory(Path.Combine(Folder, $"NativeApi-{Guid.NewGuid():N}"));
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "NativeApi")))
                File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
            var published = Path.Combine(copy.FullName, "published");
            await PublishAsync(copy.FullName, published);

            var user = $"{database.User}@%";
            await using var service = Run(Path.Combine(published, "NativeApi"), shared.Rds.GetEnvironment("orders", database.User,
                database.Name));
            using var http = new HttpClient { BaseAddress = new Uri(await service.AddressAsync(Stop)) };
            Assert.Equal(user, await http.GetStringAsync("user", Stop));
            Assert.Equal("Healthy", await http.GetStringAsync("health", Stop));
            Assert.Equal(user, await http.GetStringAsync("tunnel", Stop));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    /// <summary>Each warning of the trimmer and of the native compiler is an error of this publish.</summary>
    private static async Task PublishAsync(string project, string output)
    {
        // The libraries are built already, perhaps by someone at this moment.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", project, "-c", configuration, "-r", RuntimeInformation.RuntimeIdentifier, "-o", output,
            "-p:NativePublish=true", "-p:BuildProjectReferences=false", "-v", "q", "-nologo",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(20));
        try
        {
            var (said, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            var text = await said + await error;
            if (process.ExitCode != 0 && text.Contains("ILCompiler", StringComparison.Ordinal) && text.Contains("NU11", StringComparison.Ordinal))
                Assert.Skip("the feed has no native compiler (runtime.*.Microsoft.DotNet.ILCompiler)");
            if (process.ExitCode != 0 && text.Contains("Platform linker", StringComparison.Ordinal))
                Assert.Skip("this machine has no linker for native code: install clang or gcc");
            Assert.True(process.ExitCode == 0, text);
            Assert.DoesNotContain("warning", text, StringComparison.OrdinalIgnoreCase);
        }
        catch
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static NativeService Run(string program, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = Path.GetDirectoryName(program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        return new NativeService(Process.Start(start)!);
    }

    private static string FindFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RdsIamAspire.MySqlConnector.Tests.csproj")))
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"The tests' sources are not above {AppContext.BaseDirectory}.");
        return folder;
    }

    /// <summary>The running service; ended with the test.</summary>
    private sealed class NativeService(Process process) : IAsyncDisposable
    {
        private const string Listening = "Now listening on: ";

        /// <summary>Where it listens, as it says itself.</summary>
        internal async Task<string> AddressAsync(CancellationToken cancellationToken)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromMinutes(2));
            var said = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                said.Add(line);
                if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                {
                    // What it says further on has to be read, so that it does not wait for its reader.
                    _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                    return line[(at + Listening.Length)..].Trim();
                }
            }

            var error = await process.StandardError.ReadToEndAsync(patience.Token);
            throw new InvalidOperationException($"The native service ended: {string.Join('\n', said)} {error}");
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }
}
