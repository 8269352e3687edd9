using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>Says what is wrong with a command line: which word, and what it may have been meant for.</summary>
internal static partial class ParseErrors
{
    /// <summary>A line for each thing that is wrong.</summary>
    public static IEnumerable<string> Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens.Distinct().ToList();
        foreach (var word in unknown)
            yield return Unknown(word, command);
        foreach (var error in parsed.Errors)
        {
            // A word that is no command is both unrecognised and a missing command, and was told.
            var told = unknown.Exists(word => error.Message.Contains($"'{word}'", StringComparison.Ordinal))
                || (unknown.Count > 0 && error.SymbolResult is CommandResult && error.SymbolResult == parsed.CommandResult);
            if (!told)
                yield return Worded(error);
        }
    }

    /// <summary><c>'--databse' is no option of 'rds-iam local'; did you mean '--database'?</c></summary>
    public static string Unknown(string word, Command command)
    {
        var isOption = word.StartsWith('-');
        var candidates = isOption
            ? OptionsOf(command).SelectMany(option => option.Aliases.Append(option.Name)).Where(name =>
            name.StartsWith("--", StringComparison.Ordinal))
            : command.Subcommands.Select(sub => sub.Name);
        var name = isOption ? word.Split('=')[0] : word;
        if (!isOption && command.Subcommands.Count == 0)
            return $"'{word}' is one word too many for '{NameOf(command)}'";
        return $"'{name}' is no {(isOption ? "option" : "command")} of '{NameOf(command)}'{Spelling.Suggestion(name, candidates)}";
    }

    /// <summary>
    /// What to say of a misspelt option that the parser has taken for an argument's value; null for none. What stands behind <c>--</c> is
    /// meant as it is, and so is what follows COMMAND's own name.
    /// </summary>
    public static string? TakenForAnArgument(ParseResult parsed, IReadOnlyList<string> args)
    {
        var command = parsed.CommandResult.Command;
        var before = args.TakeWhile(word => word != "--").ToHashSet(StringComparer.Ordinal);
        foreach (var argument in parsed.CommandResult.Children.OfType<ArgumentResult>())
        {
            var words = argument.Tokens.Select(token => token.Value);
            if (argument.Argument.Name == "COMMAND")
            {
                if (words.FirstOrDefault() is ['-', ..] first)
                    return $"{Unknown(first, command)} (COMMAND stands after --)";
            }
            else if (words.FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal) && before.Contains(word)) is { } word)
            {
                return Unknown(word, command);
            }
        }

        return null;
    }

    /// <summary>The command as it is typed: <c>rds-iam ca show</c>.</summary>
    public static string NameOf(Command command)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is not null; symbol = symbol.Parents.FirstOrDefault())
            names.Insert(0, symbol is RootCommand ? "rds-iam" : symbol.Name);
        return string.Join(' ', names);
    }

    private static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)));

    // The library's words name types of .NET.
    private static string Worded(ParseError error)
    {
        if (error.Message.StartsWith("Required argument missing", StringComparison.Ordinal))
            return Missing(error);
        var match = WrongType().Match(error.Message);
        if (!match.Success)
            return error.Message;
        var (value, option, type) = (match.Groups["value"].Value, match.Groups["option"].Value, match.Groups["type"].Value);
        var wanted = type.Contains("Int", StringComparison.Ordinal) ? "a whole number"
            : type.Contains("Boolean", StringComparison.Ordinal) ? "true or false"
            : (error.SymbolResult as OptionResult)?.Option.HelpName is { } help
            ? $"one of {help.Replace("|", ", ", StringComparison.Ordinal)}"
            : "a value that it takes";
        return $"{option} '{value}' is not {wanted}";
    }

    // 'ENDPOINT is missing', '-u wants a value: -u USER'.
    private static string Missing(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Option: var option } => $"{option.Name} wants a value: {option.Name} {option.HelpName ?? "VALUE"}",
        ArgumentResult { Argument: var argument } => $"{argument.Name} is missing",
        CommandResult { Command: var command } result => FirstMissing(command, result) is { } argument
            ? $"{argument} is missing" : error.Message,
        _ => error.Message,
    };

    private static string? FirstMissing(Command command, CommandResult result) => command.Arguments
        .FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > (result.GetResult(argument)?.Tokens.Count ?? 0))?.Name;

    [GeneratedRegex(@"^Cannot parse argument '(?<value>.*)' for option '(?<option>.*)' as expected type '(?<type>.*)'\.")]
    private static partial Regex WrongType();
}
