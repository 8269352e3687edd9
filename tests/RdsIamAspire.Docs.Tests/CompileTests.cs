using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RdsIamAspire.Docs.Tests;

/// <summary>Code that a page shows compiles as it stands, against what is built here.</summary>
public sealed class CompileTests
{
    private static readonly string[] CSharp = ["csharp", "cs", "c#"];

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            // The two drivers have types of one name; a page names Oracle's in full.
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    public static TheoryData<string> Blocks => [.. CodeBlock.All.Where(IsCSharp).Select(block => block.ToString())];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_of_a_page_compiles(string at)
    {
        var block = CodeBlock.All.Single(one => one.ToString() == at);
        if (block.Excuse is { } excuse)
        {
            Assert.True(excuse.Length > 10, $"{at}: an excuse says why, not '{excuse}'");
            return;
        }

        Assert.True(Errors(block) is [], string.Join('\n', Errors(block)));
    }

    [Fact]
    public void A_block_that_does_not_compile_is_found()
    {
        Assert.NotEmpty(Errors(new CodeBlock("x.md", 1, "csharp", null, "options.EnableRetryOnFailure(errorNumbersToAdd: [1045]);")));
        Assert.Empty(Errors(new CodeBlock("x.md", 1, "csharp", null, "Console.WriteLine(host);")));
        Assert.True(CodeBlock.All.Count(IsCSharp) > 10);
    }

    private static bool IsCSharp(CodeBlock block) => CSharp.Contains(block.Language, StringComparer.OrdinalIgnoreCase);

    private static List<string> Errors(CodeBlock block)
    {
        var parsing = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var appHost = block.Text.Contains("AddRdsMySql", StringComparison.Ordinal)
            || block.Text.StartsWith("// AppHost", StringComparison.Ordinal);
        var compilation = CSharpCompilation.Create(
            "Page",
            [
                CSharpSyntaxTree.ParseText(Reader.Usings, parsing),
                CSharpSyntaxTree.ParseText(Reader.Declarations(appHost), parsing),
                CSharpSyntaxTree.ParseText(Program(block.Text), parsing, path: block.Page),
            ],
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication,
                nullableContextOptions: NullableContextOptions.Enable,
                allowUnsafe: false));
        return
        [
            .. compilation.GetDiagnostics(TestContext.Current.CancellationToken)
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => $"{block.Page}:{block.Line + diagnostic.Location.GetLineSpan().StartLinePosition.Line}: "
                    + $"{diagnostic.Id} "
                    + diagnostic.GetMessage(null)),
        ];
    }

    // File-based programs begin with directives of the SDK, which are no C#.
    private static string Program(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.StartsWith("#:", StringComparison.Ordinal) ? "" : line));
}
