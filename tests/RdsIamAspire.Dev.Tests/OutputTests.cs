namespace RdsIamAspire.Dev.Tests;

/// <summary>What is read from the output of the programs that dev.cs starts.</summary>
public sealed class OutputTests
{
    [Fact]
    public void Counts_of_several_projects_add_up_to_the_closing_line()
    {
        var counts = new TestCounts();
        foreach (var line in (string[])
            [
                "Test run summary: Passed!", "  total: 5", "  failed: 0", "  succeeded: 4", "  skipped: 1", "  duration: 1s",
                "Test run summary: Failed!", "  total: 3", "  failed: 2", "  succeeded: 1", "  skipped: 0",
            ])
        {
            counts.Read(line);
        }

        Assert.Equal("5 passed, 2 failed, 1 skipped", counts.Line);
    }

    [Fact]
    public void A_skipped_test_counts_for_its_reason()
    {
        var counts = new TestCounts();
        foreach (var line in (string[])
            [
                "skipped A.B.C",
                "  No Docker.",
                "  from a.dll",
                "skipped A.B.D (3ms)",
                "  No Docker.",
                "passed A.B.E",
                "skipped A.B.F",
                "  No aspire.",
            ])
        {
            counts.Read(line);
        }

        Assert.Equal(new Dictionary<string, int> { ["No Docker."] = 2, ["No aspire."] = 1 }, counts.LeftOut);
    }

    [Fact]
    public void A_test_that_prints_a_count_of_its_own_is_not_counted()
    {
        var counts = new TestCounts();
        counts.Read("succeeded: 7");
        counts.Read("  succeeded: seven");

        Assert.Equal(0, counts.Total);
    }

    [Theory]
    [InlineData("Login to the dashboard at http://localhost:15888/login?t=abc", "http://localhost:15888/login?t=abc")]
    [InlineData("  Dashboard:  https://localhost:17000/login?t=d-e_f", "https://localhost:17000/login?t=d-e_f")]
    [InlineData("Now listening on: http://localhost:15888", null)]
    [InlineData("Dashboard: http://localhost:15888", null)]
    public void The_dashboards_link_is_the_one_that_logs_in(
        string line,
        string? link) => Assert.Equal(link, PlaygroundRun.DashboardLink(line));
}
