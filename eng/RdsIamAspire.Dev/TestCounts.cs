using System.Globalization;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Dev;

/// <summary>What the lines of <c>dotnet test</c> come to (Microsoft.Testing.Platform's terminal output).</summary>
internal sealed partial class TestCounts
{
    /// <summary>What is repeated of a failure; the rest stands where it happened.</summary>
    internal const int MostLines = 12;

    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyList<string>> _failures = [];
    private List<string>? _failure;
    private bool _isReasonNext;

    internal int Passed { get; private set; }

    internal int Failed { get; private set; }

    internal int Skipped { get; private set; }

    internal int Total => Passed + Failed + Skipped;

    /// <summary>Why tests were skipped, and how many for each reason.</summary>
    internal IReadOnlyDictionary<string, int> LeftOut => _leftOut;

    /// <summary>Each test that failed: its name, and what it said of that, <see cref="MostLines"/> lines at most.</summary>
    internal IReadOnlyList<IReadOnlyList<string>> Failures => _failures;

    /// <summary>The closing line.</summary>
    internal string Line => string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed, {Skipped} skipped");

    internal void Read(string line)
    {
        if (_isReasonNext)
        {
            _isReasonNext = false;
            var reason = line.Trim();
            _leftOut[reason] = _leftOut.GetValueOrDefault(reason) + 1;
            return;
        }

        _isReasonNext = line.StartsWith("skipped ", StringComparison.Ordinal);
        ReadFailure(line);
        if (CountPattern().Match(line) is not { Success: true } match) return;
        var count = int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture);
        _ = match.Groups["outcome"].Value switch
        {
            "failed" => Failed += count,
            "succeeded" => Passed += count,
            _ => Skipped += count,
        };
    }

    private void ReadFailure(string line)
    {
        if (FailurePattern().Match(line) is { Success: true } match)
        {
            _failure = [match.Groups["name"].Value];
            _failures.Add(_failure);
        }
        else if (_failure is not null && line.StartsWith("  ", StringComparison.Ordinal) && line.Trim() != "Standard output")
        {
            if (_failure.Count < MostLines && !line.StartsWith("  from ", StringComparison.Ordinal)) _failure.Add(line);
        }
        else
        {
            _failure = null;
        }
    }

    // With its time: "failed: 1" and what a test itself writes are no such line.
    [GeneratedRegex(@"^failed (?<name>\S.*) \([\d\shms]+\)$")]
    private static partial Regex FailurePattern();

    [GeneratedRegex(@"^\s+(?<outcome>failed|succeeded|skipped): (?<count>\d+)\s*$")]
    private static partial Regex CountPattern();
}
