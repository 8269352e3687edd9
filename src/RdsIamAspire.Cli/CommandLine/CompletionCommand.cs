using System.CommandLine;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary><c>rds-iam completion</c>: what a shell loads to complete command lines; it asks the tool itself.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or pwsh" };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: the shell, and the script as a text" };

    public CompletionCommand()
        : base("completion", "Write the script that completes rds-iam's commands, options and names in a shell.")
    {
        Arguments.Add(_shell);
        Options.Add(_json);
        _shell.CompletionSources.Add("bash", "zsh", "fish", "pwsh");
        Examples =
        [
            "completion bash > ~/.local/share/bash-completion/completions/rds-iam",
            "completion zsh > \"${fpath[1]}/_rds-iam\"",
            "completion fish > ~/.config/fish/completions/rds-iam.fish",
            "completion pwsh >> $PROFILE",
        ];
        SetAction(parsed => Write(parsed.GetValue(_shell)!.ToLowerInvariant(), parsed.GetValue(_json)));
    }

    // System.CommandLine's own directive: [suggest:POSITION] and the line so far.
    private static int Write(string shell, bool json)
    {
        var script = ScriptFor(shell).ReplaceLineEndings("\n");
        if (json)
            Terminal.WriteJson(new { Shell = shell, Script = script });
        else
            Console.Out.Write(script);
        return ExitCode.Success;
    }

    private static string ScriptFor(string shell) => shell switch
    {
        "bash" => """
            _rds_iam() {
                local line=${COMP_LINE:0:COMP_POINT}
                local found=$(rds-iam "[suggest:${#line}]" "$line" 2>/dev/null)
                mapfile -t COMPREPLY < <(compgen -W "$found" -- "${COMP_WORDS[COMP_CWORD]}")
            }
            complete -o default -F _rds_iam rds-iam

            """,
        "zsh" => """
            #compdef rds-iam
            _rds_iam() {
                local line="${(j: :)words[1,CURRENT]}"
                local -a found
                found=("${(@f)$(rds-iam "[suggest:${#line}]" "$line" 2>/dev/null)}")
                compadd -a found
            }
            if (( $+functions[compdef] )); then compdef _rds_iam rds-iam; fi
            if [ "$funcstack[1]" = "_rds_iam" ]; then _rds_iam "$@"; fi

            """,
        "fish" => """
            function __rds_iam_complete
                set -l line (commandline -cp)
                rds-iam "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -f -c rds-iam -a '(__rds_iam_complete)'

            """,
        "pwsh" or "powershell" => """
            Register-ArgumentCompleter -Native -CommandName rds-iam -ScriptBlock {
                param($word, $line, $position)
                $text = $line.ToString().PadRight($position).Substring(0, $position)
                rds-iam "[suggest:$position]" "$text" 2>$null | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
        _ => throw ToolException.Usage($"there is no completion for '{shell}'"
            + $"{Spelling.Suggestion(shell, ["bash", "zsh", "fish", "pwsh"])} (bash, zsh, fish, pwsh)"),
    };
}
