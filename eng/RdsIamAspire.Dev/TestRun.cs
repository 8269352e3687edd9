namespace RdsIamAspire.Dev;

/// <summary>Every test, project by project, and one line that counts them.</summary>
internal sealed class TestRun(Shell shell)
{
    /// <param name="words">Parts of project names; none means every project.</param>
    internal async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        if (words.FirstOrDefault(word => Projects([word]).Count == 0) is { } unknown)
        {
            var names = string.Join(", ", Projects([]).Select(Path.GetFileNameWithoutExtension));
            return Shell.Fail($"no test project has '{unknown}' in its name; there are {names}");
        }

        await FeedProbe.FindAsync(shell).ConfigureAwait(false);
        if (!await Machine.HasServerAsync(shell).ConfigureAwait(false)) return 1;
        Machine.SayWhatIsMissing();

        var solution = shell.Path("RdsIamAspire.sln");
        Shell.Say("build", Path.GetFileName(solution));
        if (await shell.RunAsync("dotnet", ["build", solution, .. Shell.Quiet]).ConfigureAwait(false) != 0)
            return Shell.Fail("the build failed; the lines above say where");

        var counts = new TestCounts();
        var broken = new List<string>();
        foreach (var project in Projects(words))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Shell.Say("test", name);
            var before = counts.Total;
            var code = await shell.RunAsync(
                "dotnet",
                ["test", "--project", project, "--no-build", "--no-progress", "--output", "Normal"],
                line =>
                {
                    Console.WriteLine(line);
                    counts.Read(line);
                }).ConfigureAwait(false);
            if (code != 0 || counts.Total == before) broken.Add(name);
        }

        foreach (var (reason, count) in counts.LeftOut) Shell.Say("left out", $"{count} {(count == 1 ? "test" : "tests")}: {reason}");
        foreach (var failure in counts.Failures)
        {
            Shell.Say("failed", failure[0]);
            foreach (var line in failure.Skip(1)) Console.WriteLine(line);
        }

        if (broken.Count > 0) Console.WriteLine($"failed: {string.Join(", ", broken)}");
        Console.WriteLine(counts.Line);
        return broken.Count == 0 && counts.Failed == 0 && counts.Total > 0 ? 0 : 1;
    }

    private IReadOnlyList<string> Projects(IReadOnlyList<string> words) =>
    [
        .. Directory.EnumerateFiles(shell.Path("tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Where(
                project =>
                    words.Count == 0 || words.Any(word => Path.GetFileName(project).Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal),
    ];
}
