namespace RdsIamAspire.Dev.Tests;

/// <summary>Which lines are too long.</summary>
public sealed class LineLengthTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("rds-iam-dev-");

    [Fact]
    public void A_long_line_is_named_by_file_and_number()
    {
        Write("src/A.cs", $"short\n{new string('x', LineLength.Limit + 1)}\n");
        Write("src/B.cs", new string('x', LineLength.Limit));

        Assert.Equal(["src/A.cs:2"], LineLength.TooLong(_root.FullName));
    }

    [Theory]
    [InlineData("src/obj/A.cs")]
    [InlineData("tests/node_modules/a/index.js")]
    [InlineData("tests/Corpus/Cases.cs")]
    public void What_nobody_wrote_by_hand_or_what_is_data_is_left_alone(string file)
    {
        Write(file, new string('x', LineLength.Limit + 1));

        Assert.Empty(LineLength.TooLong(_root.FullName));
    }

    [Fact]
    public void A_text_that_is_data_stays_in_one_piece()
    {
        var data = new string('x', LineLength.Limit);
        Write("a.cs", $"var a = \"{data}\";\nvar b = \"\"\"\n{data}{data}\n\"\"\";\nvar c = new Dictionary<string, string>({data});\n");

        Assert.Equal(["a.cs:5"], LineLength.TooLong(_root.FullName));
    }

    [Fact]
    public void A_row_of_a_table_cannot_be_wrapped()
    {
        Write("docs/a.md", "| " + new string('x', LineLength.Limit) + " |");

        Assert.Empty(LineLength.TooLong(_root.FullName));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
