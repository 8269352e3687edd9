namespace RdsIamAspire.Emulator.Tests.Policies;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("a*b*c", "a--b--c", true)]
    [InlineData("a*b*c", "a--c--b", false)]
    [InlineData("*b", "abab", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("**", "x", true)]
    [InlineData("A", "a", false)]
    public void A_star_is_any_run_and_a_question_mark_any_one(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Wildcard.Matches(pattern, text, ignoreCase: false));

    [Fact]
    public void A_hostile_pattern_is_decided_too() =>
        Assert.False(Wildcard.Matches(string.Concat(Enumerable.Repeat("*a", 2_000)) + "b", new string('a', 4_000), ignoreCase: false));
}
