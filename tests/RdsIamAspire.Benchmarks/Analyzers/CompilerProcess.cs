using System.Diagnostics;
using System.Text.Json;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>The SDK's C# compiler in a process of its own, as in a build without a compiler server.</summary>
internal static class CompilerProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public static string Ours { get; } = Path.Combine(AppContext.BaseDirectory, "RdsIamAspire.Analyzers.dll");

    /// <summary>The rules as the package gives them to this machine's compiler: compiled ahead where they can be, else as they are.</summary>
    public static async Task<string> PackedAsync(CancellationToken cancellationToken)
    {
        var project = Path.Combine(AnalyzerFigure.Root(), "analyzers", "RdsIamAspire.Analyzers.CodeFixes");
        var (output, exit) = await ExecuteAsync(
            project, ["build", "-c", "Release", "--nologo", "-v:q", "-t:Build;PublishReadyToRunImages"], cancellationToken);
        if (exit != 0)
            throw new InvalidOperationException($"The analyzers are not compiled ahead: {output}");
        return Directory.EnumerateFiles(Path.Combine(project, "obj", "Release", "netstandard2.0", "ready-to-run"),
            "RdsIamAspire.Analyzers.dll", SearchOption.AllDirectories).FirstOrDefault() ?? Ours;
    }

    public static string Sonar { get; } = Path.Combine(AppContext.BaseDirectory, "sonar", "SonarAnalyzer.CSharp.dll");

    /// <summary>Compiles sources against the platform alone, with analyzers, our rules and S2068 on and all others off, and says what it
    /// wrote and how long it took.</summary>
    public static Task<(string Output, double Milliseconds)> RunAsync(IEnumerable<string> sources, IEnumerable<string> analyzers,
        CancellationToken cancellationToken) =>
        RunAsync(
            Environment.CurrentDirectory,
            [
                "/nostdlib+", "/target:library", "/langversion:preview", "/unsafe+", "/define:NET;NET8_0_OR_GREATER;NETCOREAPP",
                .. PlatformReferences, .. sources.Select(file => $"\"{file}\""),
            ],
            analyzers,
            cancellationToken);

    /// <summary>What the compiler is given for a project that is restored, its own analyzers left out and its source generators
    /// kept.</summary>
    public static async Task<IReadOnlyList<string>> ArgumentsAsync(string project, CancellationToken cancellationToken)
    {
        var (output, exit) = await ExecuteAsync(
            Path.GetDirectoryName(project)!,
            [
                "build", project, "--no-restore", "--nologo", "-t:Compile", "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true",
                "-getItem:CscCommandLineArgs",
            ],
            cancellationToken);
        var start = output.IndexOf('{', StringComparison.Ordinal);
        if (exit != 0 || start < 0)
            throw new InvalidOperationException($"MSBuild does not say how {project} is compiled; restore it first: {output}");
        using var items = JsonDocument.Parse(output[start..(output.LastIndexOf('}') + 1)]);
        return
        [
            .. items.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
                .Select(item => item.GetProperty("Identity").GetString()!)
                .Where(argument => !Left.Any(start => argument.StartsWith(start, StringComparison.Ordinal)) && !IsAnalyzer(argument))
                .Select(argument => argument[0] == '/' ? argument : $"\"{argument}\""),
        ];
    }

    /// <summary>Compiles with the arguments of a project in its folder.</summary>
    public static async Task<(string Output, double Milliseconds)> RunAsync(string folder, IEnumerable<string> arguments,
        IEnumerable<string> analyzers, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("rds-iam-csc-").FullName;
        try
        {
            var rules = AnalyzerSweep.Ours().SelectMany(each => each.SupportedDiagnostics).Select(rule => rule.Id).Append("S2068")
                .Distinct();
            var config = Path.Combine(work, "only.globalconfig");
            await File.WriteAllLinesAsync(
                config,
                [
                    "is_global = true", "dotnet_analyzer_diagnostic.severity = none",
                    // The line above silences the peer's other rules and the compiler runs them nevertheless: only their ids keep them out.
                    .. Enumerable.Range(100, 9900).Where(static id => id != 2068)
                        .Select(static id => $"dotnet_diagnostic.S{id}.severity = none"),
                    .. rules.Select(id => $"dotnet_diagnostic.{id}.severity = warning"),
                ],
                cancellationToken);
            var response = Path.Combine(work, "csc.rsp");
            await File.WriteAllLinesAsync(
                response,
                [
                    .. arguments, "/reportanalyzer", "/nologo", $"/out:\"{Path.Combine(work, "out.dll")}\"", $"/analyzerconfig:\"{config}\"",
                    .. analyzers.Select(file => $"/analyzer:\"{file}\""),
                ],
                cancellationToken);
            var watch = Stopwatch.StartNew();
            var (output, _) = await ExecuteAsync(folder, ["exec", Compiler(), "/noconfig", "@" + response], cancellationToken);
            return (output, watch.Elapsed.TotalMilliseconds);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    // What is written, what makes warnings errors, and whose rules are on: the run says these itself.
    private static readonly string[] Left =
        ["/noconfig", "/out:", "/refout:", "/doc:", "/warnaserror", "/skipanalyzers", "/analyzerconfig:", "/ruleset:", "/errorlog:"];

    private static bool IsAnalyzer(string argument) => argument.StartsWith("/analyzer:", StringComparison.Ordinal)
        && !Path.GetFileName(argument).Contains("Generat", StringComparison.Ordinal);

    private static IEnumerable<string> PlatformReferences => AnalyzerSweep.PlatformFiles.Select(file => $"/reference:\"{file}\"");

    private static async Task<(string Output, int ExitCode)> ExecuteAsync(string folder, string[] arguments,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).WaitAsync(Deadline, cancellationToken);
            return (await output + await errors, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // The compiler of the newest SDK beside the runtime that this process runs on.
    private static string Compiler()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Directory.EnumerateFiles(Path.Combine(root, "sdk"), "csc.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .LastOrDefault()
            ?? throw new InvalidOperationException($"No SDK with a C# compiler below {root}: install one.");
    }
}
