using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Serve;

/// <summary>
/// One setting of <c>rds-iam serve</c>: an option, and an environment variable where the option is not given. A mistake is said with the
/// name of whichever holds it, and its value.
/// </summary>
internal sealed class Setting
{
    private readonly Option<string[]> _option;
    private readonly bool _isList;

    /// <param name="option">The option, <c>--user</c>.</param>
    /// <param name="variable">The variable, <c>RDS_IAM_USERS</c>.</param>
    /// <param name="helpName">What stands for a value in the help.</param>
    /// <param name="description">What it means, without the variable.</param>
    /// <param name="isList">Whether the option repeats and the variable holds several, separated by commas.</param>
    public Setting(string option, string variable, string helpName, string description, bool isList = false)
    {
        (Variable, _isList) = (variable, isList);
        _option = new Option<string[]>(option)
        {
            Description = $"{description} ({variable})",
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
        };
    }

    /// <summary>The option, to be added to the command.</summary>
    public Option Option => _option;

    /// <summary>The environment variable.</summary>
    public string Variable { get; }

    /// <summary>What was given; empty when nothing was.</summary>
    public IReadOnlyList<Given> ReadAll(ParseResult parsed)
    {
        if (parsed.GetValue(_option) is { Length: > 0 } values)
        {
            return _isList || values.Length == 1
                ? [.. values.Select(value => new Given(_option.Name, value))]
                : throw new Given(_option.Name, values[^1]).Wrong($"is the last of {values.Length} that were given; give one");
        }

        if (Environment.GetEnvironmentVariable(Variable) is not { } text || string.IsNullOrWhiteSpace(text))
            return [];
        return _isList
            ? [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(value => new Given(Variable, value))]
            : [new Given(Variable, text.Trim())];
    }

    /// <summary>What was given; null when nothing was.</summary>
    public Given? Read(ParseResult parsed) => ReadAll(parsed) is [var first, ..] ? first : null;
}

/// <summary>A value and where it came from.</summary>
/// <param name="Source">The option or the variable.</param>
/// <param name="Value">The value.</param>
internal sealed record Given(string Source, string Value)
{
    /// <summary>The setting is wrong: <c>RDS_IAM_DRAIN '5m' is not a number of seconds</c>.</summary>
    public ToolException Wrong(string why) => ToolException.Usage($"{Source} '{Value}' {why}");

    /// <summary>What it names cannot be had.</summary>
    public ToolException Missing(string why, Exception? inner = null) => ToolException.Missing($"{Source} '{Value}' {why}", inner);

    /// <summary>Reads the value by a reader of the library's, whose words for what is wrong are kept.</summary>
    public T As<T>(Func<string, T> read)
    {
        try
        {
            return read(Value);
        }
        catch (ToolException e)
        {
            throw new ToolException(e.ExitCode, Named(e.Message), e);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw ToolException.Usage(
                Named(e is ArgumentException { ParamName: { } name } ? e.Message.Replace($" (Parameter '{name}')", "") : e.Message));
        }
    }

    // A message that begins with the value, or with the option of another command and the value, is given its own name in front.
    private string Named(string message)
    {
        var value = $"'{Value}' ";
        var begin = message.IndexOf(value, StringComparison.Ordinal);
        return begin == 0 || (begin > 0 && message.StartsWith("--", StringComparison.Ordinal) && !message[..(begin - 1)].Contains(' '))
            ? $"{Source} {message[begin..]}"
            : message.StartsWith(Source, StringComparison.Ordinal) ? message : $"{Source} {value.TrimEnd()}: {message}";
    }
}
