using System.Diagnostics;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam completion</c>: the scripts, in the shells that are here.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-shell-").FullName;

    public CompletionTests()
    {
        if (OperatingSystem.IsWindows())
            return;
        var program = Path.Combine(_folder, "rds-iam");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet {Path.Combine(AppContext.BaseDirectory, "rds-iam.dll")} \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(_folder, "rds-iam.json"), """{"endpoints": {"orders-prod": {"endpoint": "h"}}}""");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tun", "tunnel")]
    [InlineData("tunnel --dra", "--drain")]
    [InlineData("connect ord", "orders-prod")]
    public async Task Bash_completes_commands_options_and_names(string typed, string completed)
    {
        var words = $"rds-iam {typed}".Split(' ');
        var script = $"""
            . <(rds-iam completion bash)
            COMP_LINE='rds-iam {typed}'; COMP_POINT=${"{"}#COMP_LINE{"}"}
            COMP_WORDS=({string.Join(' ', words)}); COMP_CWORD={words.Length - 1}
            _rds_iam; printf '%s\n' "${"{"}COMPREPLY[@]{"}"}"
            """;
        Assert.Contains(completed, (await ShellAsync("bash", script)).Split('\n'));
    }

    [Theory]
    [InlineData("tun", "tunnel")]
    [InlineData("connect ord", "orders-prod")]
    public async Task Fish_completes_commands_and_names(string typed, string completed) =>
        Assert.Contains(completed,
            (await ShellAsync("fish", $"rds-iam completion fish | source; complete -C 'rds-iam {typed}'")).Split('\n'));

    [Fact]
    public async Task Zsh_takes_its_script() =>
        Assert.Equal("",
            await ShellAsync("zsh", "rds-iam completion zsh > c && zsh -n c && autoload -U compinit && compinit -u -D && . ./c"));

    [Fact]
    public async Task Another_shell_is_named()
    {
        var result = await Tool.RunAsync("completion", "bahs");
        Assert.Equal((2, "there is no completion for 'bahs'; did you mean 'bash'? (bash, zsh, fish, pwsh)"),
            (result.ExitCode, result.Said[0]));
    }

    private async Task<string> ShellAsync(string shell, string script)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, shell)));
        Assert.SkipUnless(found, $"there is no {shell} on this machine");
        var start = new ProcessStartInfo(shell, ["-c", script])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["XDG_CONFIG_HOME"] = _folder;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }
}
