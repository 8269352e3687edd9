using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace RdsIamAspire.Hosting.Tests.GettingStarted;

/// <summary>A folder with the packed packages, in which a test does what a page says.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    private static readonly string[] Packed =
    [
        "RdsIamAspire", "RdsIamAspire.MySqlConnector", "RdsIamAspire.Emulator", "RdsIamAspire.Tunnel", "RdsIamAspire.Hosting", Shape,
    ];

    private const string Shape = "Aspire.Hosting.MySql";

    /// <summary>One that no cache has.</summary>
    private readonly string _version = string.Create(CultureInfo.InvariantCulture, $"0.1.0-page.{DateTime.UtcNow:yyyyMMddHHmmssfff}");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-page-");
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _server;
    private string? _answered;

    /// <summary>The version that everything is packed as.</summary>
    public string Version => _version;

    /// <summary>Where the steps are done; a step of the page makes it.</summary>
    public string Shop => Path.Combine(_folder.FullName, "shop");

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RdsIamAspire.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    /// <summary>The page, with the version that is packed here.</summary>
    public async Task<string> PageAsync() =>
        (await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "getting-started.md"), TestContext.Current.CancellationToken))
            .Replace("0.1.0", _version, StringComparison.Ordinal);

    public async Task PackAsync()
    {
        foreach (var project in Packed.Where(static package => package != Shape))
        {
            await RunAsync($"dotnet pack '{Root()}/src/{project}' --no-build -c {Configuration} {PackOptions}");
        }
    }

    /// <summary>A package of the name Aspire.Hosting.MySql from a source file of its shape.</summary>
    public async Task PackShapeAsync(string source)
    {
        var project = Directory.CreateDirectory(Path.Combine(_folder.FullName, Shape)).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(project, $"{Shape}.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <Using Include="Aspire.Hosting" /><Using Include="Aspire.Hosting.ApplicationModel" />
                <PackageReference Include="Aspire.Hosting" Version="13.6.5" />
                <PackageReference Include="MySqlConnector" Version="{typeof(MySqlConnector.MySqlConnection).Assembly.GetName().Version!.ToString(3)}" />
              </ItemGroup>
            </Project>
            """,
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(project, "Shape.cs"), source, TestContext.Current.CancellationToken);
        await RunAsync($"dotnet pack '{project}' {PackOptions}");
    }

    /// <summary>Does the steps of a page.</summary>
    public async Task FollowAsync(IEnumerable<Step> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case Step.Commands commands:
                    await RunAsync(commands.Text);
                    break;
                case Step.SavedFile file:
                    await File.WriteAllTextAsync(Path.Combine(Shop, file.Path), file.Text, TestContext.Current.CancellationToken);
                    break;
                case Step.Server server:
                    Start(server.Command);
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await DeleteAsync();
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

    /// <summary>A build server, or what the orchestrator ends, may still be writing there.</summary>
    private async Task DeleteAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _folder.Delete(recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    /// <summary>Ends what runs on, politely first, and the service that has answered with it.</summary>
    public async Task StopAsync()
    {
        if (_server is { HasExited: false } server)
        {
            using (Process.Start("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)]))
            {
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
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
        _server = null;
        // The orchestrator outlives the AppHost for a moment, and its services with it: the next answer is not to come from them.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        while (_answered is { } url && await IsListeningAsync(new Uri(url)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    private string PackOptions => $"-p:Version={_version} -o '{_folder.FullName}/packages' -v q --nologo";

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private ProcessStartInfo Shell(string commands)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-c", commands])
        {
            WorkingDirectory = Directory.Exists(Shop) ? Shop : _folder.FullName,
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

    public async Task RunAsync(string commands)
    {
        using var process = Process.Start(Shell(commands))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{commands}\nended with {process.ExitCode}:\n{await output}{await errors}");
    }

    /// <summary>exec: the signal that ends it is for the command, not for the shell.</summary>
    public void Start(string command)
    {
        _server = Process.Start(Shell($"exec {command}"))!;
        DataReceivedEventHandler received = (_, e) => _said.Enqueue(e.Data ?? string.Empty);
        _server.OutputDataReceived += received;
        _server.ErrorDataReceived += received;
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
    }

    private async Task<string> UrlAsync()
    {
        await using var file = File.OpenRead(Path.Combine(Shop, "OrdersApi", "Properties", "launchSettings.json"));
        using var settings = await JsonDocument.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        return settings.RootElement.GetProperty("profiles").GetProperty("http").GetProperty("applicationUrl").GetString()!;
    }

    /// <summary>What the service answers as soon as it answers with success.</summary>
    public async Task<string> AnswerAsync()
    {
        var url = await UrlAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(15));
        while (!_server!.HasExited)
        {
            try
            {
                var answer = await http.GetStringAsync(new Uri(url), patience.Token);
                _answered = url;
                return answer;
            }
            // The orchestrator's proxy listens before the service does, and may keep who comes early.
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !patience.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), patience.Token);
            }
        }

        Assert.Fail($"The AppHost ended with {_server.ExitCode} before {url} answered:\n{string.Join('\n', _said)}");
        return string.Empty;
    }

    private static async Task<bool> IsListeningAsync(Uri url)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(url.Host, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
