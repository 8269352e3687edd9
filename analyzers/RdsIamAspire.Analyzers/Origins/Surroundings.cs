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

        return space is { IsGlobalNamespace: false } && DatabaseNames.OfNamespace(space.ToDisplayString()) is var spoken
            && spoken != Leaning.Unknown ? spoken : file.Directives;
    }

    /// <summary>What the namespaces say that a file imports.</summary>
    public static Leaning OfDirectives(IEnumerable<string> imports)
    {
        var (mySql, other) = (false, false);
        foreach (var name in imports)
        {
            var leaning = DatabaseNames.OfNamespace(name);
            mySql |= leaning == Leaning.MySql;
            other |= leaning == Leaning.Other;
        }

        return mySql == other ? Leaning.Unknown : mySql ? Leaning.MySql : Leaning.Other;
    }
}
