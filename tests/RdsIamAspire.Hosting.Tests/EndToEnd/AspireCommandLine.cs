using System.Diagnostics;
using System.Text.Json;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>An AppHost of the playground that the real <c>aspire</c> command line has started, and what it says of it.</summary>
internal sealed class AspireCommandLine : IAsyncDisposable
{
    /// <summary>Generous, since it builds first; nothing waits for it to pass.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly string _appHost;

    private AspireCommandLine(string appHost) => _appHost = appHost;

    /// <summary>Starts the AppHost beside whatever else runs: its ports are its own.</summary>
    /// <param name="appHost">Its file.</param>
    /// <param name="variables">What its environment has besides.</param>
    public static async Task<AspireCommandLine> StartAsync(string appHost, params (string Name, string Value)[] variables)
    {
        Assert.SkipUnless(IsOnPath("aspire"), "The aspire command line is not on the PATH.");
        var path = Path.Combine(Root(), appHost);
        var running = await RunAsync("ps", "--format", "json");
        Assert.SkipWhen(
            running.Contains(JsonEncodedText.Encode(path).ToString(), StringComparison.Ordinal),
            $"{appHost} runs already, and commands would not know which one is meant.");
        var started = new AspireCommandLine(path);
        try
        {
            await RunAsync(variables, "start", "--apphost", path, "--isolated");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(
            folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));

    /// <summary>Waits until the resource is in this state.</summary>
    public async Task StateAsync(string resource, string state)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while ((await DescribeAsync(resource)).GetProperty("state").GetString() != state)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), patience.Token);
        }
    }

    public Task HealthyAsync(string resource) => RunAsync("wait", resource, "--apphost", _appHost, "--timeout", "800");

    /// <summary>Runs a command of a resource; throws what it says where it fails.</summary>
    public Task<string> CommandAsync(string resource, string command, params string[] arguments) =>
        RunAsync(["resource", resource, command, "--apphost", _appHost, .. arguments]);

    /// <summary>What the details of a resource say under this name; waits for what is due.</summary>
    public async Task<string?> PropertyAsync(string resource, string name, string? due = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var shown = (await DescribeAsync(resource)).GetProperty("properties").GetProperty(name).GetString();
            if (due is null || shown == due)
            {
                return shown;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), patience.Token);
        }
    }

    public async Task<Uri> UrlAsync(string resource) =>
        (await DescribeAsync(resource))
            .GetProperty("urls")
            .EnumerateArray()
            .Select(static u => new Uri(u.GetProperty("url").GetString()!))
            .First(static u => u.Scheme == Uri.UriSchemeHttp);

    public async ValueTask DisposeAsync() => await RunAsync("stop", "--apphost", _appHost);

    private async Task<JsonElement> DescribeAsync(string resource)
    {
        var text = await RunAsync("describe", resource, "--apphost", _appHost, "--format", "json");
        using var document = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..]);
        return document.RootElement.GetProperty("resources")[0].Clone();
    }

    private static Task<string> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private static async Task<string> RunAsync((string Name, string Value)[] variables, params string[] arguments)
    {
        var start = new ProcessStartInfo("aspire", [.. arguments, "--nologo", "--non-interactive"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root(),
        };
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var aspire = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var output = aspire.StandardOutput.ReadToEndAsync(patience.Token);
        var error = aspire.StandardError.ReadToEndAsync(patience.Token);
        await aspire.WaitForExitAsync(patience.Token);
        Assert.True(aspire.ExitCode == 0, $"aspire {arguments[0]} ended with {aspire.ExitCode}: {await output}{await error}");
        return await output;
    }

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RdsIamAspire.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
