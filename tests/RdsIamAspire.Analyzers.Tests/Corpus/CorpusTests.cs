using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Corpus;

/// <summary>The corpus as a whole; each rule's own test class goes through its lines.</summary>
public sealed class CorpusTests
{
    [Fact]
    public void The_corpus_has_at_least_150_positives_and_150_near_misses()
    {
        var lines = Files.SelectMany(CorpusLine.Read).ToArray();

        Assert.InRange(lines.Count(line => line.Expectation == Expectation.Report), 150, int.MaxValue);
        Assert.InRange(lines.Count(line => line.Expectation is Expectation.Silent or Expectation.Nothing), 150, int.MaxValue);
    }

    [Fact]
    public void Each_file_of_the_corpus_has_a_test_class_of_its_name()
    {
        Assert.All(Files, file => Assert.NotNull(typeof(CorpusTests).Assembly.GetType($"RdsIamAspire.Analyzers.Tests.Rules.{file}Tests")));
    }

    private static IEnumerable<string> Files => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus"), "*.txt")
        .Select(file => Path.GetFileNameWithoutExtension(file));
}
