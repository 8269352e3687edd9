using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.RegularExpressions;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Docs.Tests;

/// <summary>
/// Shell blocks of the pages: each is run, or says in a comment before it why not (<c>&lt;!-- not run: … --&gt;</c>). Lines behind <c>$ </c> are
/// typed and the others are what comes of them; a block of output alone has the language <c>text</c>.
/// </summary>
public sealed partial class ShellTests
{
    private static readonly string[] Shell = ["", "bash", "sh", "console", "shell"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Its steps build on each other: GettingStartedTests (of the hosting tests) do the whole page.
    private const string DoneWhole = "docs/getting-started.md";

    public static TheoryData<string> Blocks =>
        [.. CodeBlock.All.Where(block => IsShell(block) && block.Page != DoneWhole).Select(block => block.ToString())];

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task A_shell_block_runs_as_it_stands_or_says_why_not(string at)
    {
        var block = CodeBlock.All.Single(one => one.ToString() == at);
        if (block.Excuse is { } excuse)
        {
            Assert.True(excuse.Length > 10, $"{at}: an excuse says why, not '{excuse}'");
            return;
        }

        if (OperatingSystem.IsWindows()) Assert.Skip("the blocks are for a POSIX shell");
        var needsDatabase = block.Text.Contains("$DB_", StringComparison.Ordinal);
        if (needsDatabase && (await LocalMySqlServer.FindAsync(cancellationToken: Cancel)).All(candidate => !candidate.IsUsable))
            Assert.Skip("no MySQL server on this machine");
        if (Commands(block).Any(command => command.Contains("aws ", StringComparison.Ordinal)) && !IsOnPath("aws"))
            Assert.Skip("the AWS CLI is not here (apt-get install awscli)");

        var (output, exitCode) = await RunAsync(block, needsDatabase);

        var expected = Expected(block);
        if (expected.Count == 0)
            Assert.True(exitCode == 0, $"{at} ended with {exitCode}: {output}");
        else
            Assert.Equal(expected, output.Split('\n').Select(Steady).Where(line => line.Length > 0));
    }

    [Fact]
    public void Each_command_line_of_rds_iam_on_a_page_is_one_that_it_takes()
    {
        var lines = CodeBlock.All.Where(IsShell).SelectMany(block => Commands(block).SelectMany(OwnCommandLines)
            .Select(line => (block, line))).ToList();

        Assert.True(lines.Count > 40, $"only {lines.Count} were found");
        foreach (var (block, line) in lines)
        {
            var problems = Problems(line);
            Assert.True(problems is [], $"{block}: '{line}': {string.Join("; ", problems)}");
        }
    }

    [Theory]
    [InlineData("rds-iam local --databse orders")]
    [InlineData("rds-iam lokal")]
    [InlineData("rds-iam token --host")]
    public void A_command_line_that_is_none_is_found(string line) => Assert.NotEmpty(Problems(line));

    private static List<string> Problems(string line)
    {
        var words = CommandLineParser.SplitCommandLine(line).Skip(1).ToArray();
        var parsed = RdsIamTool.CreateRoot().Parse(words);
        var command = parsed.CommandResult.Command;
        // What begins with -- and is no option may be taken for a word of COMMAND's.
        var options = command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Append("--help").ToHashSet();
        return
        [
            .. parsed.Errors.Select(error => error.Message),
            .. words.TakeWhile(word => word != "--").Where(word => word.StartsWith("--", StringComparison.Ordinal))
                .Select(word => word.Split('=')[0]).Where(word => !options.Contains(word)).Select(word => $"'{word}' is no option"),
        ];
    }

    private static bool IsShell(CodeBlock block) => Shell.Contains(block.Language, StringComparer.OrdinalIgnoreCase);

    // What is typed.
    private static IEnumerable<string> Commands(CodeBlock block)
    {
        var lines = block.Text.Split('\n');
        return IsTranscript(block) ? lines.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..]) : lines;
    }

    private static bool IsTranscript(CodeBlock block) => block.Text.StartsWith("$ ", StringComparison.Ordinal);

    private static List<string> Expected(CodeBlock block) => IsTranscript(block)
        ? [.. block.Text.Split('\n').Where(line => !line.StartsWith("$ ", StringComparison.Ordinal)).Select(Steady).Where(line => line.Length > 0)]
        : [];

    // rds-iam's own part of a line of shell: to the comment, pipe or redirection, and from the substitution that it stands in.
    private static IEnumerable<string> OwnCommandLines(string line) =>
        OwnCommandLine().Matches(line).Select(match => match.Value.Trim())
            .Where(own => own != "rds-iam");

    private static async Task<(string Output, int ExitCode)> RunAsync(CodeBlock block, bool needsDatabase)
    {
        var folder = Directory.CreateTempSubdirectory("rds-iam-page-").FullName;
        try
        {
            var tool = Path.Combine(CodeBlock.Root, "src", "RdsIamAspire.Cli", "bin", OwnBuild, "rds-iam.dll");
            var shim = Path.Combine(folder, "bin", "rds-iam");
            Directory.CreateDirectory(Path.GetDirectoryName(shim)!);
            await File.WriteAllTextAsync(shim, $"#!/bin/sh\nexec dotnet '{tool}' \"$@\"\n", Cancel);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var work = Directory.CreateDirectory(Path.Combine(folder, "work", "src")).Parent!.FullName;
            // What the pages take to be in the reader's folder.
            await File.WriteAllTextAsync(Path.Combine(work, "policy.json"),
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds-db:connect",
                "Resource":"arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABCDEFGHIJKL01234/orders_app"}]}
                """, Cancel);
            await File.WriteAllTextAsync(Path.Combine(work, "src", "Empty.cs"), "// Nothing to be found.\n", Cancel);
            var script = Path.Combine(folder, "block.sh");
            var before = block.Text.Contains("--baseline", StringComparison.Ordinal)
                ? "rds-iam scan --baseline .rds-iam-baseline.json --update-baseline >/dev/null 2>&1\n" : "";
            await File.WriteAllTextAsync(
                script, before + (IsTranscript(block) ? "" : "set -e\n") + string.Join('\n', Commands(block)) + "\n", Cancel);

            string[] command = needsDatabase
                ? ["dotnet", tool, "local", "--user", "jane_doe", "--", "bash", script]
                : ["bash", script];
            var start = new ProcessStartInfo(command[0], command.Skip(1))
            {
                WorkingDirectory = work,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
                start.Environment.Remove(name);
            start.Environment["PATH"] = $"{Path.GetDirectoryName(shim)}:{start.Environment["PATH"]}";
            start.Environment["AWS_ACCESS_KEY_ID"] = "ASIALOCALRK4LKSZOU73";
            start.Environment["AWS_SECRET_ACCESS_KEY"] = "made-up";
            start.Environment["AWS_SESSION_TOKEN"] = "made-up";
            start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(Cancel);
            var errors = await process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            return (process.ExitCode == 0 || IsTranscript(block) ? await output : $"{await output}{errors}", process.ExitCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What differs from run to run: numbers, key ids, paths, the width of a column, and the plugin that MySQL asks a user for that is none.
    private static string Steady(string line) => Spaces().Replace(
        Numbers().Replace(KeyIds().Replace(CaPath().Replace(line, "(…/ca.pem)"), "ID"), "N"), " ").TrimEnd()
        .Replace("caching_sha", "sha", StringComparison.Ordinal);

    // Debug/net10.0, say: the tool beside this build, with its own list of libraries.
    private static string OwnBuild { get; } =
        Path.Combine(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar)[^2..]);

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"(?<![\w/.-])rds-iam (?!:)(?:'[^']*'|""[^""]*""|[^'""#&>|)])*")]
    private static partial Regex OwnCommandLine();

    [GeneratedRegex(@"\([^()\s]*ca\.pem\)")]
    private static partial Regex CaPath();

    [GeneratedRegex(@"\bASIA[A-Z0-9]{16}\b")]
    private static partial Regex KeyIds();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@" +")]
    private static partial Regex Spaces();
}
