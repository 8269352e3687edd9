using System.Text.Json.Serialization;

namespace RdsIamAspire.Cli.Scan;

/// <summary>One thing that <c>rds-iam scan</c> found. Nothing of it holds the value that was found.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Severity">warning, error or note.</param>
/// <param name="Path">The file, from the folder on, with slashes.</param>
/// <param name="Line">The first line, from 1.</param>
/// <param name="Column">Its first character, from 1.</param>
/// <param name="EndLine">The last line.</param>
/// <param name="EndColumn">The character behind the last one.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fingerprint">The same for the same finding in a file whose lines have moved.</param>
internal sealed record ScannedFinding(string Rule, string Severity, string Path, int Line, int Column, int EndLine, int EndColumn,
    string Message, string Fingerprint)
{
    /// <summary>The baseline has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InBaseline { get; init; }

    /// <summary>It counts for the exit code.</summary>
    [JsonIgnore]
    public bool Fails => !InBaseline && Severity is ("warning" or "error");
}
