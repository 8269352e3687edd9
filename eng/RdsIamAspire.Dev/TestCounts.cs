using System.Globalization;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Dev;

/// <summary>What the lines of <c>dotnet test</c> come to (Microsoft.Testing.Platform's terminal output).</summary>
internal sealed partial class TestCounts
{
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private bool _isReasonNext;

    internal int Passed { get; private set; }

    internal int Failed { get; private set; }

    internal int Skipped { get; private set; }

    internal int Total => Passed + Failed + Skipped;

    /// <summary>Why tests were skipped, and how many for each reason.</summary>
    internal IReadOnlyDictionary<string, int> LeftOut => _leftOut;

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
        if (CountPattern().Match(line) is not { Success: true } match) return;
        var count = int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture);
        _ = match.Groups["outcome"].Value switch
        {
            "failed" => Failed += count,
            "succeeded" => Passed += count,
            _ => Skipped += count,
        };
    }

    [GeneratedRegex(@"^\s+(?<outcome>failed|succeeded|skipped): (?<count>\d+)\s*$")]
    private static partial Regex CountPattern();
}
