using System.Collections.Immutable;
using System.Reflection;
using System.Resources;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.Tests.Packaging;

namespace RdsIamAspire.Analyzers.Tests.Running;

/// <summary>
/// The analyzers compiled once more from their sources, with a switch before each member that is named: switched off, a heuristic says
/// nothing (false, null, the first of an enumeration), and what changes on a line of the corpus is what it is for.
/// </summary>
internal sealed class SwitchedAnalyzers
{
    private const string Switch =
        """
        namespace RdsIamAspire.Analyzers
        {
            public static class Switch
            {
                public static string? Off;
                public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Asked = new();

                public static bool Is(string name)
                {
                    Asked[name] = true;
                    return Off == name;
                }

                public static T Nothing<T>() => default!;
            }
        }
        """;

    private const string Usings =
        """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly string Sources = Path.Combine(Repository.Root, "analyzers", "RdsIamAspire.Analyzers");

    private readonly Type _switch;

    private SwitchedAnalyzers(Assembly assembly, IReadOnlySet<string> found)
    {
        Found = found;
        _switch = assembly.GetType("RdsIamAspire.Analyzers.Switch")!;
        Analyzers =
        [
            .. assembly.GetTypes().Where(type => typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !type.IsAbstract)
                .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
        ];
    }

    /// <summary>The members of those named that the sources have.</summary>
    public IReadOnlySet<string> Found { get; }

    private ImmutableArray<DiagnosticAnalyzer> Analyzers { get; }

    /// <summary>The members that were asked since the last time.</summary>
    public string[] Asked()
    {
        var asked = (System.Collections.Concurrent.ConcurrentDictionary<string, bool>)_switch.GetField("Asked")!.GetValue(null)!;
        string[] names = [.. asked.Keys];
        asked.Clear();
        return names;
    }

    public static SwitchedAnalyzers Of(IReadOnlySet<string> members)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp12);
        var rewriter = new Rewriter(members);
        var trees = Directory.GetFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
                && !file.EndsWith("IsExternalInit.cs", StringComparison.Ordinal))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options))
            .Select(tree => CSharpSyntaxTree.ParseText(rewriter.Visit(tree.GetRoot()).ToFullString(), options))
            .Append(CSharpSyntaxTree.ParseText(Switch, options)).Append(CSharpSyntaxTree.ParseText(Usings, options));
        var compilation = CSharpCompilation.Create("SwitchedAnalyzers", trees,
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => !Path.GetFileName(path).StartsWith("RdsIamAspire.", StringComparison.Ordinal))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable,
                optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        var result = compilation.Emit(image, manifestResources: [new("RdsIamAspire.Analyzers.Strings.resources", Strings, isPublic: true)]);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).Take(5)));
        return new(Assembly.Load(image.ToArray()), rewriter.Found);
    }

    private static MemoryStream Strings()
    {
        var compiled = new MemoryStream();
        using (var writer = new ResourceWriter(compiled))
        {
            foreach (var text in XDocument.Load(Path.Combine(Sources, "Strings.resx")).Root!.Elements("data"))
                writer.AddResource(text.Attribute("name")!.Value, text.Element("value")!.Value);
            writer.Generate();
            return new MemoryStream(compiled.ToArray());
        }
    }

    /// <summary>What is reported on a source or a file, with one member switched off: rules, places, and what a fix would put in.</summary>
    public async Task<string> ReportedAsync(CSharpCompilation compilation, (string, string)[] files, string? off)
    {
        _switch.GetField("Off")!.SetValue(null, off);
        var found = await Analysis.RunAsync(Analyzers, compilation, null, files);
        _switch.GetField("Off")!.SetValue(null, null);
        return string.Join(" ", found.Select(each =>
            $"{each.Id}@{each.Location.SourceSpan.Start}{each.Properties.GetValueOrDefault("replacement")}").Order());
    }

    private sealed class Rewriter(IReadOnlySet<string> members) : CSharpSyntaxRewriter
    {
        public HashSet<string> Found { get; } = [];

        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
        {
            if (NameOf(node, node.Identifier) is not { } name)
                return node;
            var isIterator = node.DescendantNodes().Any(static each => each is YieldStatementSyntax);
            var isVoid = node.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };
            var guard = Guard(name, isIterator ? "yield break;" : isVoid ? "return;" : Nothing(node.ReturnType));
            return node.Body is { } body ? node.WithBody(body.WithStatements(body.Statements.Insert(0, guard)))
                : node.ExpressionBody is { Expression: var value }
                    ? node.WithExpressionBody(null).WithSemicolonToken(default)
                        .WithBody(SyntaxFactory.Block(guard, isVoid ? SyntaxFactory.ParseStatement(value + ";")
                            : SyntaxFactory.ParseStatement($"return {value.ToFullString()};")))
                : node;
        }

        public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node) =>
            NameOf(node, node.Identifier) is { } name && node.ExpressionBody is { Expression: var value }
                ? node.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(SyntaxFactory.AccessorList(
                    SyntaxFactory.SingletonList(SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, SyntaxFactory.Block(
                        Guard(name, Nothing(node.Type)), SyntaxFactory.ParseStatement($"return {value.ToFullString()};"))))))
                : node;

        private string? NameOf(MemberDeclarationSyntax member, SyntaxToken identifier)
        {
            var name = $"{(member.Parent as TypeDeclarationSyntax)?.Identifier.ValueText}.{identifier.ValueText}";
            return members.Contains(name) && Found.Add(name) | true ? name : null;
        }

        private static string Nothing(TypeSyntax type) => $"return global::RdsIamAspire.Analyzers.Switch.Nothing<{type}>();";

        private static StatementSyntax Guard(string name, string statement) =>
            SyntaxFactory.ParseStatement($"if (global::RdsIamAspire.Analyzers.Switch.Is(\"{name}\")) {statement}");
    }
}
