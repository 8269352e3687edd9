using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Dev;

/// <summary>The main job: the AppHost of the playground, until a URL answers with rows read over an IAM login.</summary>
internal sealed partial class PlaygroundRun(Shell shell)
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(15); // a server may be unpacked first
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private const int ShownRows = 400;

    internal async Task<int> RunAsync(bool once)
    {
        await FeedProbe.FindAsync(shell).ConfigureAwait(false);
        if (!await Machine.HasServerAsync(shell, leaveToAppHost: true).ConfigureAwait(false)) return 1;

        var appHost = shell.Path("playground", "RdsIamAspire.Playground.AppHost");
        Shell.Say("run", "the AppHost in playground/RdsIamAspire.Playground.AppHost");
        if (await shell.RunAsync("dotnet", ["build", appHost, .. Shell.Quiet]).ConfigureAwait(false) != 0) return 1;

        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}");
        var start = shell.Command("dotnet", "run", "--no-build", "--project", appHost);
        start.Environment["ORDERS_API_URL"] = url;
        // Each login would push the last lines, which say where to look, off the screen. A denial is still shown.
        foreach (var category in (string[])["RdsIamAspire.Emulator", "Microsoft.AspNetCore", "Grpc"])
            start.Environment[$"Logging__LogLevel__{category}"] = "Warning";
        // What takes long on a machine's first run: unpacking, pulling, initialising.
        start.Environment["Logging__LogLevel__RdsIamAspire.Emulator.Servers"] = "Information";
        start.RedirectStandardOutput = true;
        using var child = Process.Start(start)!;
        string? dashboard = null;
        var failed = false;
        var started = new TaskCompletionSource();
        var output = Task.Run(async () =>
        {
            while (await child.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                dashboard ??= DashboardLink(line);
                Console.WriteLine(line);
                failed |= line.Contains("orders-db did not start", StringComparison.Ordinal);
                if (line.Contains("Distributed application started", StringComparison.Ordinal)) started.TrySetResult();
            }

            started.TrySetResult();
        });

        var orders = $"{url}/orders";
        var rows = await FirstAnswerAsync(orders, () => child.HasExited || failed).ConfigureAwait(false);
        if (rows is null)
        {
            await Shell.EndAsync(child).ConfigureAwait(false);
            return Shell.Fail(
                shell.Stop.IsCancellationRequested
                    ? "stopped before the URL answered"
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
        var waiting = Stopwatch.StartNew();
        while (!hasEnded() && waiting.Elapsed < AnswerPatience && !shell.Stop.IsCancellationRequested)
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"(Login to the dashboard at|Dashboard:) +(?<link>\S+/login\?t=\S+)")]
    private static partial Regex DashboardPattern();
}
