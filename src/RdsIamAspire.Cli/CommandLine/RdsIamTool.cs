using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using RdsIamAspire.Cli.Certificates;
using RdsIamAspire.Cli.Connect;
using RdsIamAspire.Cli.Discovery;
using RdsIamAspire.Cli.Doctor;
using RdsIamAspire.Cli.Grants;
using RdsIamAspire.Cli.Identity;
using RdsIamAspire.Cli.Local;
using RdsIamAspire.Cli.Policies;
using RdsIamAspire.Cli.Scan;
using RdsIamAspire.Cli.Serve;
using RdsIamAspire.Cli.Servers;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Cli.Tunnel;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>The command line of <c>rds-iam</c>: its commands, and how a failure becomes one line and an exit code.</summary>
internal static class RdsIamTool
{
    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        // '@file' is not a response file here: COMMAND's own arguments may begin with '@'.
        var parsed = CreateRoot(args.FirstOrDefault()).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            var command = parsed.CommandResult.Command;
            if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
                return ShowCommands(command);
            foreach (var line in ParseErrors.Describe(parsed))
                Terminal.Say(line);
            Terminal.Say($"for help type: {ParseErrors.NameOf(command)} --help");
            return ExitCode.Usage;
        }

        if (ParseErrors.TakenForAnArgument(parsed, args) is { } wrong)
        {
            Terminal.Say(wrong);
            Terminal.Say($"for help type: {ParseErrors.NameOf(parsed.CommandResult.Command)} --help");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // A command that handles signals itself is not to be ended by them a second time.
                ProcessTerminationTimeout = parsed.CommandResult.Command is ToolCommand { RunsAProgram: true }
                    or TunnelCommand or ServeCommand
                    ? null : TimeSpan.FromSeconds(2),
            });
        }
        catch (Exception e) when (Explain(e) is var (code, message))
        {
            Terminal.Say(message);
            var runsAProgram = parsed.CommandResult.Command is ToolCommand { RunsAProgram: true };
            return runsAProgram && code is not ExitCode.Usage and < ExitCode.LocalFailed ? ExitCode.LocalFailed : code;
        }
    }

    // In the order of the help. A command has all its options made when it is: a line that begins with one's name makes that one only.
    private static readonly (string Name, Func<Command> Create)[] Commands =
    [
        ("local", () => new LocalCommand()),
        ("failover", () => new FailoverCommand()),
        ("serve", () => new ServeCommand()),
        ("doctor", () => new DoctorCommand()),
        ("connect", () => new ConnectCommand()),
        ("exec", () => new ExecCommand()),
        ("tunnel", () => new TunnelCommand()),
        ("token", () => new TokenCommand()),
        ("explain", () => new ExplainCommand()),
        ("list", () => new ListCommand()),
        ("whoami", () => new WhoamiCommand()),
        ("policy", () => new PolicyCommand()),
        ("simulate", () => new SimulateCommand()),
        ("grants", () => new GrantsCommand()),
        ("ca", () => new CaCommand()),
        ("server", () => new ServerCommand()),
        ("scan", () => new ScanCommand()),
        ("completion", () => new CompletionCommand()),
    ];

    /// <summary>The whole command line, or of its commands the one that is named.</summary>
    /// <param name="first">The command line's first word.</param>
    internal static RootCommand CreateRoot(string? first = null)
    {
        var root = new RootCommand("A local RDS MySQL with IAM authentication for any program, and the tools around logging in to RDS with"
            + " IAM.");
        var named = Array.FindIndex(Commands, command => command.Name == first);
        foreach (var (_, create) in named < 0 ? Commands : [Commands[named]])
            root.Subcommands.Add(create());
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction action } help)
                help.Action = new HelpWithExamples(action);
        }

        return root;
    }

    private static (int Code, string Message) Explain(Exception e) => e switch
    {
        ToolException tool => (tool.ExitCode, tool.Message),
        RdsAuthTokenException { Failure: RdsAuthTokenFailure.InvalidRequest } token => (ExitCode.Usage, token.Message),
        RdsAuthTokenException token => (ExitCode.Missing, token.Message),
        LocalMySqlServerException or EmulatorAttachException => (ExitCode.Missing, e.Message),
        // The user's own SQL: file, line and statement say it all.
        InitScriptException => (ExitCode.Problem, e.Message),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted"),
        // The parameter's name is the library's, not the command line's.
        ArgumentException argument =>
            (ExitCode.Usage, argument.ParamName is { } name ? argument.Message.Replace($" (Parameter '{name}')", "") : argument.Message),
        FormatException format => (ExitCode.Usage, format.Message),
        FileNotFoundException { FileName.Length: > 0 } file => (ExitCode.Missing, $"'{file.FileName}' does not exist"),
        DirectoryNotFoundException when e.Message.Split('\'') is [_, var path, _] =>
            (ExitCode.Missing, $"'{path}' is in a folder that does not exist"),
        FileNotFoundException or DirectoryNotFoundException => (ExitCode.Missing, e.Message),
        // .NET's words for a descriptor that cannot be written to; a file's name would stand in them.
        UnauthorizedAccessException { Message: "Access to the path is denied." } =>
            (ExitCode.Missing, "stdout is closed, so there is nowhere to write the result; give it a file or a pipe"),
        IOException or UnauthorizedAccessException => (ExitCode.Missing, e.Message),
        _ => (ExitCode.Internal, Unexpected(e.GetBaseException())),
    };

    // What threw first: "The type initializer of X threw" tells nobody anything.
    private static string Unexpected(Exception first) =>
        $"unexpected {first.GetType().Name}: {first.Message} (this is a fault of rds-iam; please report it)";

    // A command that only groups others, typed alone: they are what the person is looking for.
    private static int ShowCommands(Command command)
    {
        var width = command.Subcommands.Max(sub => sub.Name.Length);
        Terminal.Show($"{command.Description}\n\nUsage: {ParseErrors.NameOf(command)} COMMAND\n\nCommands:\n");
        foreach (var sub in command.Subcommands)
            Terminal.Show($"  {sub.Name.PadRight(width)}  {FirstSentence(sub.Description ?? "")}\n");
        Terminal.Show($"\nEach has --help with examples: {ParseErrors.NameOf(command)} {command.Subcommands[0].Name} --help\n");
        return ExitCode.Usage;

        static string FirstSentence(string text) =>
            text.IndexOf(". ", StringComparison.Ordinal) is var end and > 0 ? text[..end] : text.TrimEnd('.');
    }
}
