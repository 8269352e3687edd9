namespace RdsIamAspire.Analyzers.Sources;

/// <summary>How a variable is given a value.</summary>
internal enum WriteKind
{
    Set,

    /// <summary><c>x ??= value</c></summary>
    Fallback,

    /// <summary><c>x += value</c></summary>
    Append,

    /// <summary>By ref, by out, or in a way that is not looked at.</summary>
    Unknown,
}

/// <summary>One way a variable is given a value; the value is null when it cannot be seen.</summary>
internal sealed record Write(WriteKind Kind, IOperation? Value);

/// <summary>What is written to and read from a local, parameter, field or property, by its symbol, within one file: found through the
/// file's index of names, bound, and kept for all the hits that ask.</summary>
internal sealed class ValueFlow(SourceFile file)
{
    // Where nobody reads on: a field with as many uses is judged by the first of them.
    private const int MostReferences = 4000;

    private readonly Dictionary<ISymbol, IReadOnlyList<IOperation>> _references = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, IReadOnlyList<Write>> _writes = new(SymbolEqualityComparer.Default);

    public SourceFile File => file;

    public IOperation? OperationAt(SyntaxNode? node) => node is null ? null : file.Model.GetOperation(node, file.CancellationToken);

    /// <summary>The reference that a position stands on, or null when it is no reference of a variable.</summary>
    public IOperation? ReferenceAt(int position)
    {
        var token = file.Root.FindToken(position);
        return token.SpanStart == position && token.Parent is { } node ? file.Language.Reference(node, OperationAt) : null;
    }

    /// <summary>The uses of a variable in this file, in the order in which they stand.</summary>
    public IReadOnlyList<IOperation> References(ISymbol symbol)
    {
        if (_references.TryGetValue(symbol, out var known))
            return known;
        var found = new List<IOperation>();
        var scope = ScopeOf(symbol);
        // The compiler's own variables have no name, and in Visual Basic not even an empty one.
        foreach (var position in string.IsNullOrEmpty(symbol.Name) ? [] : file.Names.Find(symbol.Name))
        {
            file.CancellationToken.ThrowIfCancellationRequested();
            if (position < scope.Start || found.Count >= MostReferences)
                continue;
            if (position >= scope.End)
                break;
            if (ReferenceAt(position) is { } reference
                && SymbolEqualityComparer.Default.Equals(Operations.Symbol(reference)?.OriginalDefinition, symbol.OriginalDefinition)
                && reference.Parent is not INameOfOperation)
                found.Add(reference);
        }

        return _references[symbol] = found;
    }

    /// <summary>All that a variable is given in this file, in the order in which it stands.</summary>
    public IReadOnlyList<Write> Writes(ISymbol symbol)
    {
        if (_writes.TryGetValue(symbol, out var known))
            return known;
        var found = new List<Write>();
        if (Initializer(symbol) is { } initial)
            found.Add(new(WriteKind.Set, initial));
        found.AddRange(References(symbol).Select(WriteOf).OfType<Write>());
        return _writes[symbol] = found;
    }

    /// <summary>True when a reference is where a value goes to, not where it is read.</summary>
    public static bool IsTarget(IOperation reference) => WriteOf(reference) is { Kind: not WriteKind.Append and not WriteKind.Unknown };

    private static Write? WriteOf(IOperation reference)
    {
        switch (reference.Parent)
        {
            case ICompoundAssignmentOperation compound when compound.Target == reference: return new(WriteKind.Append, compound.Value);
            case ICoalesceAssignmentOperation fallback when fallback.Target == reference: return new(WriteKind.Fallback, fallback.Value);
            case ISimpleAssignmentOperation assignment when assignment.Target == reference: return new(WriteKind.Set, assignment.Value);
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out }: return new(WriteKind.Unknown, null);
            case ITupleOperation tuple:
                IOperation target = tuple.Parent is IDeclarationExpressionOperation declaration ? declaration : tuple;
                if (target.Parent is not IDeconstructionAssignmentOperation deconstruction || deconstruction.Target != target)
                    return null;
                var index = tuple.Elements.IndexOf(reference);
                return Operations.Inner(deconstruction.Value) is ITupleOperation values && index < values.Elements.Length
                    ? new(WriteKind.Set, values.Elements[index])
                    : new(WriteKind.Unknown, null);
            case IDeclarationExpressionOperation declared: return WriteOf(declared);
            default: return null;
        }
    }

    /// <summary>What a variable is declared with, or null.</summary>
    public IOperation? Initializer(ISymbol symbol)
    {
        if (symbol is IParameterSymbol)
            return null;
        return symbol.DeclaringSyntaxReferences.Where(declaration => declaration.SyntaxTree == file.Root.SyntaxTree)
            .SelectMany(declaration => SourceLanguage.InitializersOf(declaration.GetSyntax(file.CancellationToken)))
            .Select(OperationAt).OfType<ISymbolInitializerOperation>().FirstOrDefault()?.Value;
    }

    /// <summary>True when all that may write to a variable stands in this file.</summary>
    public bool IsWhollyHere(ISymbol symbol) => symbol switch
    {
        ILocalSymbol or IParameterSymbol => true,
        IFieldSymbol field => IsHere(symbol)
            && (field.IsReadOnly || symbol.DeclaredAccessibility == Accessibility.Private && IsHere(symbol.ContainingType)),
        IPropertySymbol property => IsHere(symbol)
            && (property.SetMethod is null or { IsInitOnly: true } || symbol.DeclaredAccessibility == Accessibility.Private
            && IsHere(symbol.ContainingType)),
        _ => false,
    };

    private bool IsHere(ISymbol symbol) => !symbol.DeclaringSyntaxReferences.IsEmpty
        && symbol.DeclaringSyntaxReferences.All(reference => reference.SyntaxTree == file.Root.SyntaxTree);

    // A local is known in the function that declares it, a member in the whole file.
    private TextSpan ScopeOf(ISymbol symbol)
    {
        if (symbol is not (ILocalSymbol or IParameterSymbol))
            return file.Root.FullSpan;
        for (var owner = symbol.ContainingSymbol; owner is not null; owner = owner.ContainingSymbol)
        {
            foreach (var reference in owner.DeclaringSyntaxReferences)
            {
                if (reference.SyntaxTree != file.Root.SyntaxTree)
                    continue;
                var span = file.Language.ScopeOf(reference.GetSyntax(file.CancellationToken));
                if (span.Contains(symbol.Locations[0].SourceSpan))
                    return span;
            }
        }

        return file.Root.FullSpan;
    }
}
