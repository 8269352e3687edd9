// The one way in: `dotnet run dev.cs run` starts the playground, `dotnet run dev.cs test` runs every test,
// `dotnet run dev.cs bench` runs the benchmarks, `dotnet run dev.cs check` builds, formats and packs.
// It looks at what this machine has, says each choice in one line, and for anything missing what to type.
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=true

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var root = FindRoot();
var command = args.Length > 0 ? args[0] : "help";
var rest = args.Skip(1).ToArray();

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; stop.Cancel(); });

try
{
    return command switch
    {
        "run" => await RunAsync(),
        "test" => await TestAsync(),
        "bench" => await BenchAsync(),
        "check" => await CheckAsync(),
        "feed" => await ProbeFeedAsync() is null ? 1 : 0,
        "help" or "--help" or "-h" => Help(),
        _ => Fail($"'{command}' is not a command of dev.cs; type: dotnet run dev.cs help"),
    };
}
catch (OperationCanceledException)
{
    return 130;
}

int Help()
{
    Console.WriteLine("""
        dotnet run dev.cs run [--once]          start OrdersApi on a local RDS MySQL over IAM; with Aspire on the feed, through the AppHost
        dotnet run dev.cs test [PROJECT …]      build and run the tests (all, or the test projects whose name contains PROJECT)
        dotnet run dev.cs bench [NAME …]        run the benchmarks
        dotnet run dev.cs check                 build everything, check the format, make the packages
        dotnet run dev.cs feed                  say what the NuGet feed has

        Found out by itself, or told by environment variables:
          ClosedFeed=true|false   Aspire is not | is on the NuGet feed
          AwsSdkRds=true|false    AWSSDK.RDS is | is not on the NuGet feed
          RDS_IAM_SERVER=docker|mysqld   which local MySQL server to use
        """);
    return 0;
}

// The main job. Ends with a URL that answers with rows read over an IAM login.
async Task<int> RunAsync()
{
    var once = rest.Contains("--once");
    var feed = await ProbeFeedAsync();
    if (!await ProbeServerAsync(feed)) return 1;
    var url = $"http://127.0.0.1:{FreePort()}";

    ProcessStartInfo start;
    if (feed.HasAspire)
    {
        var appHost = Path.Combine(root, "playground", "RdsIamAspire.Playground.AppHost");
        Say("run", "the AppHost in playground/RdsIamAspire.Playground.AppHost");
        if (await ExecAsync("dotnet", ["build", appHost, "--nologo", "-v", "q", "-clp:NoSummary", .. feed.Properties]) != 0) return 1;
        start = Process("dotnet", ["run", "--no-build", "--project", appHost]);
        start.Environment["ORDERS_API_URL"] = url;
        // Each login would push the last lines, which say where to look, off the screen. A denial is still shown.
        foreach (var category in new[] { "RdsIamAspire.Emulator", "Microsoft.AspNetCore", "Grpc" }) start.Environment[$"Logging__LogLevel__{category}"] = "Warning";
    }
    else
    {
        var cli = Path.Combine(root, "src", "RdsIamAspire.Cli");
        var api = Path.Combine(root, "playground", "OrdersApi");
        Say("run", "OrdersApi under `rds-iam local` (no Aspire on the feed)");
        if (await ExecAsync("dotnet", ["build", cli, "--nologo", "-v", "q", "-clp:NoSummary", .. feed.Properties]) != 0) return 1;
        if (await ExecAsync("dotnet", ["build", api, "--nologo", "-v", "q", "-clp:NoSummary", .. feed.Properties]) != 0) return 1;
        start = Process("dotnet",
        [
            "run", "--no-build", "--project", cli, "--",
            "local", "--name", "orders", "--database", "orders", "--user", "orders_app", "--",
            "dotnet", "run", "--no-build", "--project", api, "--no-launch-profile", "--", "--urls", url,
        ]);
    }

    foreach (var (name, value) in feed.Environment) start.Environment[name] = value;
    start.RedirectStandardOutput = true;
    using var child = System.Diagnostics.Process.Start(start)!;
    string? dashboard = null;
    var started = new TaskCompletionSource();
    if (!feed.HasAspire) started.SetResult();
    var output = Task.Run(async () =>
    {
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            var link = Regex.Match(line, @"Login to the dashboard at (\S+)|Dashboard: +(\S+)");
            // The login link comes first, the bare address after it: only the former opens the dashboard.
            if (link.Success) dashboard ??= link.Groups[1].Success ? link.Groups[1].Value : link.Groups[2].Value;
            Console.WriteLine(line);
            if (line.Contains("Distributed application started", StringComparison.Ordinal)) started.TrySetResult();
        }

        started.TrySetResult();
    });

    var orders = $"{url}/orders";
    var rows = await FirstAnswerAsync(orders, child);
    if (rows is null)
    {
        await EndAsync(child);
        return Fail(stop.IsCancellationRequested
            ? "stopped before the URL answered"
            : $"{orders} did not answer; the lines above say why");
    }

    // The other resources go on starting. An AppHost that is ended before they have calls that a failure.
    try { await started.Task.WaitAsync(TimeSpan.FromMinutes(3), stop.Token); } catch (Exception e) when (e is TimeoutException or OperationCanceledException) { }

    Console.WriteLine();
    Console.WriteLine(rows.Length > 400 ? rows[..400] + "…" : rows);
    Say("answers", $"{orders} (rows read over an IAM login; no password anywhere)");
    if (dashboard is not null) Say("dashboard", dashboard);
    if (!once)
    {
        Say("stop", "Ctrl+C");
        try { await child.WaitForExitAsync(stop.Token); } catch (OperationCanceledException) { }
    }

    await EndAsync(child);
    await output;
    return 0;
}

async Task<int> TestAsync()
{
    var feed = await ProbeFeedAsync();
    if (!await ProbeServerAsync(feed)) return 1;
    ProbeTools();

    var solution = Path.Combine(root, feed.HasAspire ? "RdsIamAspire.sln" : "RdsIamAspire.ClosedFeed.slnf");
    Say("build", Path.GetFileName(solution));
    if (await ExecAsync("dotnet", ["build", solution, "--nologo", "-v", "q", "-clp:NoSummary", .. feed.Properties], feed.Environment) != 0)
        return Fail("the build failed; the lines above say where");

    var (passed, failed, skipped, broken) = (0, 0, 0, new List<string>());
    foreach (var project in TestProjects(feed))
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Say("test", name);
        var seen = false;
        var code = await ExecAsync("dotnet", ["test", "--project", project, "--no-build", "--no-progress", "--output", "Normal", .. feed.Properties], feed.Environment, line =>
        {
            Console.WriteLine(line);
            var count = Regex.Match(line, @"^\s+(failed|succeeded|skipped): (\d+)\s*$");
            if (!count.Success) return;
            seen = true;
            var number = int.Parse(count.Groups[2].Value, CultureInfo.InvariantCulture);
            _ = count.Groups[1].Value switch { "failed" => failed += number, "succeeded" => passed += number, _ => skipped += number };
        });
        if (code != 0 || !seen) broken.Add(name);
    }

    if (!feed.HasAspire)
    {
        // They need Aspire to compile, so they are counted in their sources and said to be left out.
        var hosting = Path.Combine(root, "tests", "RdsIamAspire.Hosting.Tests");
        var left = Directory.Exists(hosting) && (rest.Length == 0 || rest.Any(word => hosting.Contains(word, StringComparison.OrdinalIgnoreCase)))
            ? Directory.EnumerateFiles(hosting, "*.cs", SearchOption.AllDirectories).Sum(file => Regex.Count(File.ReadAllText(file), @"^\s*\[(Fact|Theory)\b", RegexOptions.Multiline))
            : 0;
        if (left > 0)
        {
            Say("skipped", $"{left} tests of RdsIamAspire.Hosting.Tests: Aspire.Hosting is not on this NuGet feed");
            skipped += left;
        }
    }

    if (broken.Count > 0) Console.WriteLine($"failed: {string.Join(", ", broken)}");
    Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
    return broken.Count == 0 && failed == 0 ? 0 : 1;
}

async Task<int> BenchAsync()
{
    var feed = await ProbeFeedAsync();
    if (!await ProbeServerAsync(feed)) return 1;
    var benchmarks = Path.Combine(root, "tests", "RdsIamAspire.Benchmarks");
    return await ExecAsync("dotnet", ["run", "-c", "Release", "--project", benchmarks, .. feed.Properties, "--", .. rest], feed.Environment);
}

async Task<int> CheckAsync()
{
    var feed = await ProbeFeedAsync();
    var solution = Path.Combine(root, feed.HasAspire ? "RdsIamAspire.sln" : "RdsIamAspire.ClosedFeed.slnf");
    if (await ExecAsync("dotnet", ["build", solution, "--nologo", "-v", "q", "-clp:NoSummary", .. feed.Properties], feed.Environment) != 0) return Fail("the build failed");
    Say("format", "dotnet format --verify-no-changes");
    if (await ExecAsync("dotnet", ["format", solution, "--no-restore", "--verify-no-changes"], feed.Environment) != 0) return Fail("the format differs; type: dotnet format");
    Say("pack", "artifacts/packages");
    return await ExecAsync("dotnet", ["pack", solution, "--nologo", "-v", "q", "-clp:NoSummary", .. feed.Properties], feed.Environment);
}

IEnumerable<string> TestProjects(Feed feed) =>
    Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
        .Where(project => feed.HasAspire || !project.Contains("RdsIamAspire.Hosting.Tests", StringComparison.Ordinal))
        .Where(project => rest.Length == 0 || rest.Any(word => Path.GetFileName(project).Contains(word, StringComparison.OrdinalIgnoreCase)))
        .Order(StringComparer.Ordinal);

// Does the feed have Aspire, and AWSSDK.RDS? Asked by restoring an empty project, never guessed.
async Task<Feed> ProbeFeedAsync()
{
    var packages = XDocument.Load(Path.Combine(root, "Directory.Packages.props"));
    var aspire = packages.Descendants("AspireVersion").Single().Value;
    var rds = packages.Descendants("PackageVersion").Single(e => (string?)e.Attribute("Include") == "AWSSDK.RDS").Attribute("Version")!.Value;
    var hasAspire = AskedFor("ClosedFeed") is { } closed ? Task.FromResult(!closed) : RestoresAsync("aspire", ("Aspire.Hosting", aspire), ("Aspire.AppHost.Sdk", aspire), ("Aspire.Hosting.Testing", aspire));
    var hasRds = AskedFor("AwsSdkRds") is { } asked ? Task.FromResult(asked) : RestoresAsync("rds", ("AWSSDK.RDS", rds));
    var feed = new Feed(await hasAspire, await hasRds);
    Say("Aspire", feed.HasAspire ? $"Aspire.Hosting {aspire} restores: the full profile" : "not on this NuGet feed (or ClosedFeed=true): the closed-feed profile, without the hosting extension");
    Say("AWSSDK.RDS", feed.HasRds ? "restores: tokens are made by AWS's own generator" : "not on this NuGet feed (or AwsSdkRds=false): tokens are made by AWSSDK.Core's presigner");
    return feed;

    static bool? AskedFor(string name) => bool.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : null;
}

async Task<bool> RestoresAsync(string name, params (string Id, string Version)[] packages)
{
    var folder = Directory.CreateTempSubdirectory($"rds-iam-probe-{name}-");
    try
    {
        File.WriteAllText(Path.Combine(folder.FullName, "probe.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup>{string.Concat(packages.Select(p => $"""<PackageDownload Include="{p.Id}" Version="[{p.Version}]" />"""))}</ItemGroup>
            </Project>
            """);
        return await ExecAsync("dotnet", ["restore", folder.FullName, "--nologo", "-v", "q", "-clp:NoSummary"], line: static _ => { }, folder: folder.FullName) == 0;
    }
    finally
    {
        folder.Delete(recursive: true);
    }
}

// A MySQL server: Docker with an image, or a mysqld. On a Debian-like machine one can be unpacked without root and without Docker.
async Task<bool> ProbeServerAsync(Feed feed)
{
    var wanted = Environment.GetEnvironmentVariable("RDS_IAM_SERVER");
    var cli = Path.Combine(root, "src", "RdsIamAspire.Cli");
    if (await ExecAsync("dotnet", ["build", cli, "--nologo", "-v", "q", "-clp:NoSummary", .. feed.Properties], feed.Environment) != 0) return false;
    string[] server = ["run", "--no-build", "--project", cli, "--", "server"];
    var code = await ExecAsync("dotnet", [.. server, "show"], feed.Environment, line => Say("MySQL", line));
    if (code == 0) return true;

    if (wanted != "docker" && OperatingSystem.IsLinux() && Has("dpkg-deb") && Has("apt-get"))
    {
        Say("MySQL", "no Docker image and no mysqld found: a real one is unpacked into your cache folder (no root, no Docker; about 50 MB)");
        if (await ExecAsync("dotnet", [.. server, "prepare"], feed.Environment) == 0) return true;
    }

    Fail(OperatingSystem.IsWindows()
        ? "no MySQL server: install Docker Desktop, start it, and type: docker pull mysql:8.4"
        : "no MySQL server: with Docker type: docker pull mysql:8.4   without: install MySQL 8.0 or later so that mysqld is on the PATH");
    return false;
}

void ProbeTools()
{
    (string Tool, string For, string Install)[] tools =
    [
        ("aws", "tokens of the AWS CLI", "apt-get install awscli"),
        ("node", "mysql2 and rds-signer", "apt-get install nodejs npm"),
        ("python3", "PyMySQL", "apt-get install python3-pymysql"),
        ("php", "mysqli", "apt-get install php-cli php-mysql"),
        ("cc", "the plugin's own tests and rebuild", "apt-get install gcc"),
    ];
    foreach (var (tool, use, install) in tools)
        if (!Has(tool)) Say(tool, $"not found: {use} will be skipped; to have it: {install}");
}

async Task<string?> FirstAnswerAsync(string url, Process child)
{
    using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
    var deadline = Stopwatch.StartNew();
    while (!child.HasExited && deadline.Elapsed < TimeSpan.FromMinutes(5) && !stop.IsCancellationRequested)
    {
        try
        {
            using var answer = await http.GetAsync(url, stop.Token);
            if (answer.IsSuccessStatusCode) return await answer.Content.ReadAsStringAsync(stop.Token);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested) { }
        catch (OperationCanceledException) { break; }
        try { await Task.Delay(250, stop.Token); } catch (OperationCanceledException) { break; }
    }

    return null;
}

// A polite end first, so that servers and containers are cleaned up; a hard one when that is not heard.
static async Task EndAsync(Process child)
{
    if (child.HasExited) return;
    if (OperatingSystem.IsWindows()) child.Kill(entireProcessTree: true);
    else using (System.Diagnostics.Process.Start("kill", ["-TERM", child.Id.ToString(CultureInfo.InvariantCulture)])) { }
    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
    try { await child.WaitForExitAsync(patience.Token); }
    catch (OperationCanceledException) { child.Kill(entireProcessTree: true); }
}

async Task<int> ExecAsync(string file, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, Action<string>? line = null, string? folder = null)
{
    var start = Process(file, arguments);
    if (folder is not null) start.WorkingDirectory = folder;
    foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
    start.RedirectStandardOutput = line is not null;
    start.RedirectStandardError = line is not null;
    Process child;
    try { child = System.Diagnostics.Process.Start(start)!; }
    catch (Win32Exception) { return Fail($"'{file}' was not found on the PATH"); }
    using (child)
    {
        // A build server that outlives the command keeps its pipes open; the exit is what is waited for.
        if (line is not null)
        {
            child.OutputDataReceived += (_, e) => { if (e.Data is not null) line(e.Data); };
            child.ErrorDataReceived += (_, e) => { if (e.Data is not null) line(e.Data); };
            child.BeginOutputReadLine();
            child.BeginErrorReadLine();
        }

        try { await child.WaitForExitAsync(stop.Token); }
        catch (OperationCanceledException) { await EndAsync(child); throw; }
        return child.ExitCode;
    }
}

ProcessStartInfo Process(string file, string[] arguments)
{
    var start = new ProcessStartInfo(file) { WorkingDirectory = root, UseShellExecute = false };
    foreach (var argument in arguments) start.ArgumentList.Add(argument);
    start.Environment["DOTNET_NOLOGO"] = "1";
    start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
    return start;
}

static bool Has(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
    .Any(folder => File.Exists(Path.Combine(folder, tool)) || File.Exists(Path.Combine(folder, tool + ".exe")));

static int FreePort()
{
    using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
    listener.Start();
    return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
}

static string FindRoot()
{
    var folder = new DirectoryInfo((string?)AppContext.GetData("EntryPointFileDirectoryPath") ?? Environment.CurrentDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RdsIamAspire.sln"))) folder = folder.Parent;
    return folder?.FullName ?? throw new InvalidOperationException("RdsIamAspire.sln was not found above the current folder; run dev.cs from the repository.");
}

static void Say(string what, string text) => Console.WriteLine($"{what,-11} {text}");

static int Fail(string text)
{
    Console.Error.WriteLine($"error: {text}");
    return 1;
}

internal sealed record Feed(bool HasAspire, bool HasRds)
{
    public string[] Properties => [$"-p:ClosedFeed={(HasAspire ? "false" : "true")}", $"-p:AwsSdkRds={(HasRds ? "true" : "false")}"];

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["ClosedFeed"] = HasAspire ? "false" : "true",
        ["AwsSdkRds"] = HasRds ? "true" : "false",
    };
}
