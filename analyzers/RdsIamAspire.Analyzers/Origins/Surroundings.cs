using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RdsIamAspire.Analyzers.Sources;

namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What the method, types and namespace around a string say, and the directives of its file.</summary>
internal static class Surroundings
{
    public static Leaning Of(SyntaxNode node, SourceFile file)
    {
        INamespaceSymbol? space = null;
        for (var symbol = file.Model.GetEnclosingSymbol(node.SpanStart,
            file.CancellationToken); symbol is not null; symbol = symbol.ContainingSymbol)
        {
            if (symbol is INamespaceSymbol found)
            {
                space = found;
                break;
            }

            if (symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } or INamedTypeSymbol
                && DatabaseNames.Of(symbol.Name) is var said && said != Leaning.Unknown)
                return said;
        }

        if (file.Directives != Leaning.Unknown)
            return file.Directives;
        return space is { IsGlobalNamespace: false } ? DatabaseNames.OfNamespace(space.ToDisplayString()) : Leaning.Unknown;
    }

    /// <summary>What the using or Imports directives of a file say, those of its namespaces included.</summary>
    public static Leaning OfDirectives(SyntaxNode root)
    {
        var (mySql, other) = (false, false);
        Read(root, 0);
        return mySql == other ? Leaning.Unknown : mySql ? Leaning.MySql : Leaning.Other;

        void Read(SyntaxNode node, int depth)
        {
            foreach (var child in node.ChildNodes())
            {
                if (child is UsingDirectiveSyntax || child.Language == LanguageNames.VisualBasic && child.GetFirstToken().Text == "Imports")
                {
                    var leaning = DatabaseNames.OfNamespace((child as UsingDirectiveSyntax)?.Name?.ToString() ?? child.ToString());
                    mySql |= leaning == Leaning.MySql;
                    other |= leaning == Leaning.Other;
                }
                else if (child is BaseNamespaceDeclarationSyntax && depth < 2)
                {
                    Read(child, depth + 1);
                }
            }
        }
    }
}
