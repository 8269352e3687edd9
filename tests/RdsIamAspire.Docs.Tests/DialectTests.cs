namespace RdsIamAspire.Docs.Tests;

/// <summary>Each driver of docs/dialects.md is logged in with by a test, or the page says why not.</summary>
public sealed class DialectTests
{
    private static readonly Lazy<string> Tests = new(() => string.Concat(
        Directory.EnumerateFiles(Path.Combine(CodeBlock.Root, "tests", "RdsIamAspire.Clients.Tests"), "*Tests.cs").Select(File.ReadAllText)));

    public static TheoryData<string> Rows =>
    [
        .. File.ReadLines(Path.Combine(CodeBlock.Root, "docs", "dialects.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_driver_has_its_test(string row)
    {
        var by = row.Split('|')[^2].Trim();
        Assert.True(
            by.StartsWith("read only: ", StringComparison.Ordinal)
                || Tests.Value.Contains($"public async Task {by.Split('`').ElementAtOrDefault(1)}()", StringComparison.Ordinal),
            $"there is no test {by} in RdsIamAspire.Clients.Tests");
    }
}
