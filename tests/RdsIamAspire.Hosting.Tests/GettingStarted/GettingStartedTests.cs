using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RdsIamAspire.Hosting.Tests.EndToEnd;

namespace RdsIamAspire.Hosting.Tests.GettingStarted;

/// <summary>docs/getting-started.md, done as it stands with packed packages from a folder: from an empty folder to an IAM login.</summary>
public sealed class GettingStartedTests : IAsyncDisposable
{
    private static readonly string[] Packed =
        ["RdsIamAspire", "RdsIamAspire.MySqlConnector", "RdsIamAspire.Emulator", "RdsIamAspire.Tunnel", "RdsIamAspire.Hosting"];

    /// <summary>One that no cache has.</summary>
    private readonly string _version = string.Create(CultureInfo.InvariantCulture, $"0.1.0-page.{DateTime.UtcNow:yyyyMMddHHmmssfff}");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-page-");
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _server;

    [Fact]
    public async Task Whoever_follows_the_page_ends_with_a_service_that_has_logged_in()
    {
        await ThisMachine.HasAServerAsync();
        var root = Root();
        foreach (var project in Packed)
        {
            await RunAsync(
                root,
                $"dotnet pack src/{project} --no-build -c {Configuration} -p:Version={_version} -o '{_folder.FullName}/packages' -v q "
                    + "--nologo");
        }

        var page = await File.ReadAllTextAsync(Path.Combine(root, "docs", "getting-started.md"), TestContext.Current.CancellationToken);
        var shop = Path.Combine(_folder.FullName, "shop");
        foreach (var step in Page.Read(page.Replace("0.1.0", _version, StringComparison.Ordinal)))
        {
            switch (step)
            {
                case Step.Commands commands:
                    await RunAsync(Directory.Exists(shop) ? shop : _folder.FullName, commands.Text);
                    break;
                case Step.SavedFile file:
                    await File.WriteAllTextAsync(Path.Combine(shop, file.Path), file.Text, TestContext.Current.CancellationToken);
                    break;
                case Step.Server server:
                    _server = Start(shop, server.Command);
                    break;
            }
        }

        Assert.NotNull(_server);
        Assert.Equal("orders_app@%", await AnswerAsync(await UrlOfAsync(Path.Combine(shop, "OrdersApi"))));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false } server)
        {
            using (Process.Start("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)]))
            {
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await server.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                server.Kill(entireProcessTree: true);
            }
        }

        _server?.Dispose();
        _folder.Delete(recursive: true);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var package in Packed)
        {
            var kept = Path.Combine(cache, package.ToLowerInvariant(), _version);
            if (Directory.Exists(kept))
            {
                Directory.Delete(kept, recursive: true);
            }
        }
    }

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RdsIamAspire.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    private ProcessStartInfo Shell(string folder, string commands)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-c", commands])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RDS_IAM_PACKAGES"] = Path.Combine(_folder.FullName, "packages");
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        // What the test run says to MSBuild is not the reader's business.
        foreach (var name in (string[])["MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath"])
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private async Task RunAsync(string folder, string commands)
    {
        using var process = Process.Start(Shell(folder, commands))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{commands}\nended with {process.ExitCode}:\n{await output}{await errors}");
    }

    /// <summary>exec: the signal that ends it is for the command, not for the shell.</summary>
    private Process Start(string folder, string command)
    {
        var process = Process.Start(Shell(folder, $"exec {command}"))!;
        DataReceivedEventHandler received = (_, e) => _said.Enqueue(e.Data ?? string.Empty);
        process.OutputDataReceived += received;
        process.ErrorDataReceived += received;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<string> UrlOfAsync(string project)
    {
        await using var file = File.OpenRead(Path.Combine(project, "Properties", "launchSettings.json"));
        using var settings = await JsonDocument.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        return settings.RootElement.GetProperty("profiles").GetProperty("http").GetProperty("applicationUrl").GetString()!;
    }

    private async Task<string> AnswerAsync(string url)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (!_server!.HasExited)
        {
            try
            {
                return await http.GetStringAsync(new Uri(url), patience.Token);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), patience.Token);
            }
        }

        Assert.Fail($"The AppHost ended with {_server.ExitCode} before {url} answered:\n{string.Join('\n', _said)}");
        return string.Empty;
    }
}
