using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Dev;

/// <summary>The main job: the AppHost of the playground, until a URL answers with rows read over an IAM login.</summary>
internal sealed partial class PlaygroundRun(Shell shell)
{
    // From the server's last word on: it may be unpacked first, and a slow machine is not a broken one while it says how far it is.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private const int ShownRows = 400;
    private const string Servers = "RdsIamAspire.Emulator.Servers";

    internal async Task<int> RunAsync(bool once)
    {
        await FeedProbe.FindAsync(shell).ConfigureAwait(false);
        var appHost = shell.Path("playground", "RdsIamAspire.Playground.AppHost");
        Shell.Say("run", "the AppHost in playground/RdsIamAspire.Playground.AppHost");
        if (await shell.RunAsync("dotnet", ["build", appHost, .. Shell.Quiet]).ConfigureAwait(false) != 0) return 1;

        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LaunchProfile.FreePort()}");
        var start = shell.Command("dotnet", "run", "--no-build", "--no-launch-profile", "--project", appHost);
        var settings = Path.Combine(appHost, "Properties", "launchSettings.json");
        var profile = LaunchProfile.Read(
            await File.ReadAllTextAsync(settings, shell.Stop).ConfigureAwait(false),
            LaunchProfile.IsTaken,
            LaunchProfile.FreePort,
            static (taken, port) => Shell.Say("port", $"{taken} is in use, by another AppHost perhaps: {port} is used instead"));
        foreach (var (name, value) in profile) start.Environment[name] = value;
        start.Environment["ORDERS_API_URL"] = url;
        // Each login would push the last lines, which say where to look, off the screen. A denial is still shown.
        foreach (var category in (string[])["RdsIamAspire.Emulator", "Microsoft.AspNetCore", "Grpc"])
            start.Environment[$"Logging__LogLevel__{category}"] = "Warning";
        // What takes long on a machine's first run: unpacking, pulling, initialising.
        start.Environment[$"Logging__LogLevel__{Servers}"] = "Information";
        start.RedirectStandardOutput = true;
        using var child = Process.Start(start)!;
        string? dashboard = null;
        string? failure = null;
        var progress = Stopwatch.GetTimestamp();
        var started = new TaskCompletionSource();
        var output = Task.Run(async () =>
        {
            while (await child.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                dashboard ??= DashboardLink(line);
                Console.WriteLine(line);
                if (line.Contains(Servers, StringComparison.Ordinal)) Volatile.Write(ref progress, Stopwatch.GetTimestamp());
                if (line.Contains("orders-db did not start", StringComparison.Ordinal)) Volatile.Write(ref failure, line);
                if (line.Contains("Distributed application started", StringComparison.Ordinal)) started.TrySetResult();
            }

            started.TrySetResult();
        });

        var orders = $"{url}/orders";
        var rows = await FirstAnswerAsync(
            orders,
            () => child.HasExited || Volatile.Read(ref failure) is not null
                || Stopwatch.GetElapsedTime(Volatile.Read(ref progress)) > AnswerPatience).ConfigureAwait(false);
        if (rows is null)
        {
            var isLate = Stopwatch.GetElapsedTime(Volatile.Read(ref progress)) > AnswerPatience;
            await Shell.EndAsync(child).ConfigureAwait(false);
            if (Volatile.Read(ref failure)?.Contains("No MySQL server can be started", StringComparison.Ordinal) == true)
                return Shell.Fail(Machine.HowToGetAServer());
            return Shell.Fail(
                shell.Stop.IsCancellationRequested ? "stopped before the URL answered"
                : isLate ? $"{orders} did not answer within {AnswerPatience.TotalMinutes:0} minutes of the server's last progress"
                : $"{orders} did not answer; the lines above say why");
        }

        // The other resources go on starting. An AppHost that is ended before they have calls that a failure.
        try { await started.Task.WaitAsync(StartPatience, shell.Stop).ConfigureAwait(false); }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException) { }

        Console.WriteLine();
        Console.WriteLine(rows.Length > ShownRows ? rows[..ShownRows] + "…" : rows);
        Shell.Say("answers", $"{orders} (rows read over an IAM login; no password anywhere)");
        if (dashboard is not null) Shell.Say("dashboard", dashboard);
        if (!once)
        {
            Shell.Say("stop", "Ctrl+C");
            try { await child.WaitForExitAsync(shell.Stop).ConfigureAwait(false); }
            catch (OperationCanceledException) { }
        }

        await Shell.EndAsync(child).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        return 0;
    }

    /// <summary>The link that opens the dashboard, in a line of the AppHost's output: with the login in it, not the bare address.</summary>
    internal static string? DashboardLink(
        string line) => DashboardPattern().Match(line) is { Success: true } match ? match.Groups["link"].Value : null;

    private async Task<string?> FirstAnswerAsync(string url, Func<bool> hasEnded)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (!hasEnded() && !shell.Stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(url), shell.Stop).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode) return await answer.Content.ReadAsStringAsync(shell.Stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !shell.Stop.IsCancellationRequested) { }
            catch (OperationCanceledException) { break; }

            try { await Task.Delay(250, shell.Stop).ConfigureAwait(false); }
            catch (OperationCanceledException) { break; }
        }

        return null;
    }

    [GeneratedRegex(@"(Login to the dashboard at|Dashboard:) +(?<link>\S+/login\?t=\S+)")]
    private static partial Regex DashboardPattern();
}
