using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Soak;

/// <summary>How long, and how much goes wrong.</summary>
/// <param name="Duration">How long clients log in.</param>
/// <param name="Accidents">How many accidents in that time, about.</param>
/// <param name="Seed">The same seed gives the same accidents.</param>
/// <param name="Clients">How many clients at once.</param>
internal sealed record SoakOptions(TimeSpan Duration, int Accidents, int Seed, int Clients = 6);

/// <summary>What a soak found. <see cref="Problems"/> is empty when all was as it should be.</summary>
internal sealed record SoakReport(string Summary, IReadOnlyList<string> Problems);

/// <summary>
/// A local RDS under load while agent, polls, server, network and disk fail at random: no wrong login may get in, no right one may be
/// refused for longer than the accident lasts and the plugin waits, and nothing may be left behind.
/// </summary>
internal static class Soak
{
    // The plugin's own longest wait for an agent that is gone (ANSWER_DEADLINE_MS), after an accident is over.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private sealed record Accident(string Kind, DateTimeOffset From, DateTimeOffset To);

    /// <summary>The command line: <c>soak [--minutes N | --seconds N] [--accidents N] [--seed N]</c>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        int Number(string name, int otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length
                ? int.Parse(args[at + 1], CultureInfo.InvariantCulture)
                : otherwise;
        var seconds = Number("--seconds", 60 * Number("--minutes", 60));
        var options = new SoakOptions(
            TimeSpan.FromSeconds(seconds), Number("--accidents", seconds * 500 / 3600), Number("--seed", Environment.TickCount & 0xffff));
        Console.WriteLine($"soak: {seconds} s, {options.Accidents} accidents, seed {options.Seed}");
        var report = await RunAsync(options, Console.WriteLine, CancellationToken.None);
        Console.WriteLine(report.Summary);
        foreach (var problem in report.Problems)
            Console.WriteLine($"problem: {problem}");
        return report.Problems.Count == 0 ? 0 : 1;
    }

    public static async Task<SoakReport> RunAsync(SoakOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        using var disk = SmallDisk.Mount();
        var problems = new List<string>();
        var happened = new List<Accident>();
        var principal = EmulatorPrincipal.CreateDefault();
        string folder;
        SoakClients clients;
        await using (var server = await LocalMySqlServer.StartAsync(
            new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Mysqld }, cancellationToken))
        {
            folder = Path.GetDirectoryName(server.CaCertificatePath)!;
            clients = new SoakClients(server, principal, options.Seed);
            await using var accidents = await Accidents.StartAsync(server, principal, disk?.Folder, cancellationToken);
            await CreateUserAsync(server, cancellationToken);

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running =
                Enumerable.Range(0, options.Clients).Select(number => Task.Run(() => clients.RunAsync(number, stop.Token))).ToList();
            var random = new Random(options.Seed);
            List<string> bag = [];
            var started = Stopwatch.GetTimestamp();
            for (var next = 1; next <= options.Accidents; next++)
            {
                var at = options.Duration * (next - 1 + random.NextDouble()) / options.Accidents;
                if (at - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } pause)
                    await Task.Delay(pause, cancellationToken);
                // Every kind comes before one comes again.
                if (bag.Count == 0)
                    bag = [.. accidents.Kinds.OrderBy(_ => random.Next())];
                var kind = bag[^1];
                bag.RemoveAt(bag.Count - 1);
                var from = DateTimeOffset.UtcNow;
                await accidents.HappenAsync(kind, random, cancellationToken);
                happened.Add(new Accident(kind, from, DateTimeOffset.UtcNow));
                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{from:HH:mm:ss} {kind}, over after {(DateTimeOffset.UtcNow - from).TotalSeconds:F1} s;"
                    + $" {clients.Right} right logins, {clients.Wrong} wrong ones, {clients.WrongIn.Count} of them let in"));
            }

            await stop.CancelAsync();
            await Task.WhenAll(running);
        }

        clients.Dispose();
        problems.AddRange(clients.WrongIn.Select(wrong => $"a wrong login was let in: {wrong}"));
        problems.AddRange(clients.Outages.Where(outage => !IsExcused(outage, happened)).Select(outage => string.Create(
            CultureInfo.InvariantCulture,
            $"a right login was refused for {(outage.To - outage.From).TotalSeconds:F1} s from {outage.From:HH:mm:ss.f}: {outage.Refusal}")));
        problems.AddRange(LeftBehind(folder));
        foreach (var cause in Causes(clients, happened))
            say(cause);
        return new SoakReport(Summarise(clients, happened, disk is not null), problems);
    }

    // An outage may begin while an accident lasts or the plugin still waits for what it broke, and ends in the same time.
    private static bool IsExcused(SoakClients.Outage outage, List<Accident> happened) => Cause(outage, happened) is not null;

    // Of those that it may have been, the longest: one that was over at once hardly is.
    private static Accident? Cause(SoakClients.Outage outage, List<Accident> happened) => happened
        .Where(accident => outage.From <= accident.To + Grace && outage.To >= accident.From && outage.To <= accident.To + Grace)
        .MaxBy(accident => accident.To - accident.From);

    // What each kind of accident cost: how many logins, and for how long after it was over the last of them was still refused.
    private static IEnumerable<string> Causes(SoakClients clients, List<Accident> happened) =>
        from outage in clients.Outages
        let cause = Cause(outage, happened)
        group (outage, cause) by cause?.Kind ?? "no accident" into kind
        orderby kind.Key
        let late = kind.Max(one => one.cause is null ? 0 : (one.outage.To - one.cause.To).TotalSeconds)
        let words = kind.GroupBy(one => one.outage.Refusal).Select(refusal => $"{refusal.Count()} \"{refusal.Key}\"")
        select string.Create(
            CultureInfo.InvariantCulture,
            $"refused at first by {kind.Key}: {kind.Count()}, the last let in {Math.Max(0, late):F1} s after its end;"
            + $" {string.Join(", ", words)}");

    private static string Summarise(SoakClients clients, List<Accident> happened, bool withDisk)
    {
        var kinds = string.Join(", ", happened.GroupBy(accident => accident.Kind).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()}"));
        var longest = clients.Outages.Select(outage => (outage.To - outage.From).TotalSeconds).DefaultIfEmpty(0).Max();
        var accident = happened.Select(one => (one.To - one.From).TotalSeconds).DefaultIfEmpty(0).Max();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{happened.Count} accidents ({kinds}{(withDisk ? "" : "; no disk to fill: it takes root")}); {clients.Right} right logins,"
            + $" {clients.Outages.Count} of them refused at first, for {longest:F1} s at most (longest accident {accident:F1} s);"
            + $" {clients.Wrong} wrong logins, {clients.WrongIn.Count} let in");
    }

    private static IEnumerable<string> LeftBehind(string folder)
    {
        if (Directory.Exists(folder))
            yield return $"{folder} is left behind";
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(name => char.IsAsciiDigit(Path.GetFileName(name)[0])))
        {
            string line;
            try { line = File.ReadAllText($"{process}/cmdline"); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { continue; }
            if (line.Contains(folder, StringComparison.Ordinal) || line.EndsWith(SoakAgent.Argument + "\0", StringComparison.Ordinal))
                yield return $"process {Path.GetFileName(process)} is left behind";
        }
    }

    private static async Task CreateUserAsync(ILocalMySqlServer server, CancellationToken cancellationToken)
    {
        await using var admin = new MySqlConnection(server.AdminConnectionString);
        await admin.OpenAsync(cancellationToken);
        foreach (var statement in RdsGrantScript.CreateStatements(new RdsGrantRequest(SoakClients.User)))
        {
            await using var command = new MySqlCommand(statement, admin);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
