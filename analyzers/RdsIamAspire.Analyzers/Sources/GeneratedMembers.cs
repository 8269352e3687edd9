namespace RdsIamAspire.Analyzers.Sources;

/// <summary>What a file that people write holds of generated code: the types and members that say so by [GeneratedCode].</summary>
internal sealed class GeneratedMembers(SourceFile file)
{
    private readonly bool _any = file.Names.Has("GeneratedCode") || file.Names.Has("GeneratedCodeAttribute");

    public bool Contain(int position)
    {
        var enclosing = _any ? file.Model.GetEnclosingSymbol(position, file.CancellationToken) : null;
        // The compiler says of an initializer only the type that it stands in, or its constructor.
        if ((enclosing as INamedTypeSymbol ?? enclosing?.ContainingType) is { } type && type.GetMembers()
            .Any(member => IsGenerated(member) && IsAround(member, position)))
            return true;
        for (var symbol = enclosing; symbol is not null; symbol = symbol.ContainingSymbol)
        {
            if (IsGenerated(symbol))
                return true;
        }

        return false;
    }

    private bool IsAround(ISymbol member, int position) => member.DeclaringSyntaxReferences.Any(reference =>
        reference.SyntaxTree == file.Root.SyntaxTree
        && file.Language.ScopeOf(reference.GetSyntax(file.CancellationToken)).Contains(position));

    private static bool IsGenerated(ISymbol symbol) => symbol.GetAttributes().Any(static attribute =>
        attribute.AttributeClass is { Name: "GeneratedCodeAttribute", ContainingNamespace.Name: "Compiler" });
}
