namespace RdsIamAspire.Dev.Tests;

/// <summary>What is read from the output of <c>dotnet test</c>, which is too long to be read by people.</summary>
public sealed class TestCountsTests
{
    [Fact]
    public void Failures_and_what_was_left_out_are_gathered_with_their_reasons()
    {
        var counts = Read("""
            Running tests from /src/A.Tests.dll (net10.0|x64)
            skipped A.Tests.One.Is_left_out(package: "X")
              X is not on this NuGet feed.
              from /src/A.Tests.dll (net10.0|x64)
            failed A.Tests.Two.Fails(value: "a (b)") (1m 2s 706ms)
              from /src/A.Tests.dll (net10.0|x64)
              Assert.Equal() Failure: Strings differ
                at A.Tests.Two.Fails() in /src/Two.cs:line 56
              Standard output
              a line of the test's own
            failed A.Tests.Three.Fails_without_a_word (7ms)
            /src/A.Tests.dll (net10.0|x64) failed with 2 error(s) (3s 1ms)

            Test run summary: Failed!
              total: 4
              failed: 2
              succeeded: 1
              skipped: 1
            """);

        Assert.Equal("1 passed, 2 failed, 1 skipped", counts.Line);
        Assert.Equal(KeyValuePair.Create("X is not on this NuGet feed.", 1), Assert.Single(counts.LeftOut));
        Assert.Equal(
            [
                ["A.Tests.Two.Fails(value: \"a (b)\")", "  Assert.Equal() Failure: Strings differ", "    at A.Tests.Two.Fails() in /src/Two.cs:line 56"],
                ["A.Tests.Three.Fails_without_a_word"],
            ],
            counts.Failures);
    }

    [Fact]
    public void A_long_failure_is_cut()
    {
        var counts = Read("failed A.Tests.Long (1s)\n" + string.Concat(Enumerable.Repeat("  and so on\n", 1_000)));

        Assert.Equal(TestCounts.MostLines, Assert.Single(counts.Failures).Count);
    }

    private static TestCounts Read(string output)
    {
        var counts = new TestCounts();
        foreach (var line in output.Split('\n')) counts.Read(line);
        return counts;
    }
}
