namespace RdsIamAspire.Analyzers.Sources;

/// <summary>The strings of a file, each put together once, whichever of its pieces is asked for: the piece itself, the call that takes it,
/// or all the statements that let a variable grow.</summary>
internal sealed class StringValues(ValueFlow flow, KnownValues known)
{
    // The strings that grow in a variable, by the syntax of each step.
    private readonly Dictionary<ISymbol, Dictionary<SyntaxNode, StringValue>> _grown = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<SyntaxNode, StringValue> _calls = [];

    /// <summary>A string expression by itself, for those who know where it stands.</summary>
    public StringValue Compose(IOperation operation) => new StringComposer(flow, known).Add(operation).ToValue(operation);

    /// <summary>The whole string that a piece belongs to, whichever of its pieces it is.</summary>
    /// <remarks>A piece is a literal, an interpolated string or the top of a sum.</remarks>
    public StringValue Around(IOperation piece)
    {
        var outer = Operations.Outer(piece);
        if (CallAround(outer) is { } call)
        {
            if (StringMethods.Appends(call) || StringMethods.CreatesBuilder(call))
                return OfBuilder(call) ?? Compose(piece);
            return _calls.TryGetValue(call.Syntax, out var composed) ? composed : _calls[call.Syntax] = Compose(call);
        }

        var step = outer.Parent switch
        {
            IVariableInitializerOperation or IFieldInitializerOperation => outer.Parent,
            IAssignmentOperation assignment when assignment.Value == outer => assignment,
            _ => null,
        };
        return step is not null && Variable(step) is { } variable && Grown(variable).TryGetValue(outer.Syntax, out var grown) ? grown
            : _calls.TryGetValue(outer.Syntax, out var kept) ? kept : _calls[outer.Syntax] = Compose(outer);
    }

    // The call that makes one string of a piece and others.
    private IOperation? CallAround(IOperation outer)
    {
        for (var list = Operations.ListAround(outer); list is not null; list = null)
        {
            // string[] parts = ["…", "…"]; string.Join(";", parts)
            if (list.Parent is IVariableInitializerOperation initializer)
                return Variable(initializer) is ILocalSymbol local ? JoinOf(local) : null;
            outer = list;
        }

        if (outer.Parent is not IArgumentOperation { Parent: { } owner })
            return null;
        return StringMethods.Composes(owner) || StringMethods.Appends(owner) || StringMethods.CreatesBuilder(owner) ? owner : null;
    }

    // The one call that joins a local list.
    private IOperation? JoinOf(ILocalSymbol list)
    {
        IOperation? found = null;
        foreach (var reference in flow.References(list))
        {
            if (Operations.Outer(reference)
                .Parent is not IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Join" or "Concat" } call }
                || !StringMethods.Composes(call))
                continue;
            if (found is not null)
                return null;
            found = call;
        }

        return found;
    }

    private static ISymbol? Variable(IOperation step) => step switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
        IVariableInitializerOperation { Parent: IVariableDeclarationOperation { Declarators.Length: 1 } declaration } =>
            declaration.Declarators[0].Symbol,
        IFieldInitializerOperation { InitializedFields.Length: 1 } field => field.InitializedFields[0],
        IAssignmentOperation assignment => Operations.Symbol(assignment.Target),
        _ => null,
    };

    // ---- StringBuilder ------------------------------------------------------------------------------------------------------

    private StringValue? OfBuilder(IOperation call)
    {
        // The start of the chain says which builder it is.
        var start = call;
        while (StringMethods.Appends(start) && ((IInvocationOperation)start).Instance is { } receiver)
            start = Operations.Inner(receiver);
        if (Operations.Symbol(start) is { } read)
            return Grown(read).TryGetValue(call.Syntax, out var grown) ? grown : null;
        var events = new List<IOperation>();
        if (StringMethods.CreatesBuilder(start))
            events.Add(start);
        var top = start;
        while (Operations.Outer(top) is var outer && outer.Parent is IInvocationOperation next && next.Instance == outer
            && StringMethods.Appends(next))
            events.Add(top = next);
        if (Operations.Taker(top) is { } taker && Variable(taker) is { } made && Grown(made).TryGetValue(call.Syntax, out var kept))
            return kept;
        return _calls.TryGetValue(start.Syntax, out var composed) ? composed : _calls[start.Syntax] = OfEvents(events, top, null);
    }

    private StringValue OfEvents(List<IOperation> events, IOperation root, ISymbol? variable)
    {
        var composer = new StringComposer(flow, known);
        foreach (var each in events)
            composer.AddEvent(each);
        return composer.ToValue(root, variable);
    }

    // ---- variables that grow ------------------------------------------------------------------------------------------------

    private Dictionary<SyntaxNode, StringValue> Grown(ISymbol variable)
    {
        if (_grown.TryGetValue(variable, out var known))
            return known;
        var grown = _grown[variable] = [];
        var type = variable switch
        {
            ILocalSymbol local => local.Type,
            IFieldSymbol field => field.Type,
            IParameterSymbol parameter => parameter.Type,
            IPropertySymbol property => property.Type,
            _ => null
        };
        if (StringMethods.IsBuilder(type))
            GrowBuilder(variable, grown);
        else if (type?.SpecialType == SpecialType.System_String)
            GrowString(variable, grown);
        return grown;
    }

    private void GrowBuilder(ISymbol variable, Dictionary<SyntaxNode, StringValue> grown)
    {
        var run = new List<IOperation>();
        if (flow.Initializer(variable) is { } initial)
            Start(Operations.Inner(initial));
        foreach (var reference in flow.References(variable))
        {
            if (reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference)
            {
                End();
                Start(Operations.Inner(assignment.Value));
                continue;
            }

            var current = Operations.Outer(reference);
            while (current.Parent is IInvocationOperation call && call.Instance == current)
            {
                if (call.TargetMethod.Name == "Clear")
                    End();
                else if (StringMethods.Appends(call))
                    run.Add(call);
                else
                    break;
                current = Operations.Outer(call);
            }
        }

        End();

        // new StringBuilder("…").Append("…"), as far as it is one.
        void Start(IOperation made)
        {
            var chain = new List<IOperation>();
            for (var each = made; each is not null; each = each is IInvocationOperation { Instance: { } receiver }
                ? Operations.Inner(receiver) : null)
            {
                if (StringMethods.Appends(each) || StringMethods.CreatesBuilder(each))
                    chain.Insert(0, each);
            }

            run.AddRange(chain);
        }

        void End()
        {
            if (run.Count > 0)
            {
                var value = OfEvents(run, run[0], variable);
                foreach (var each in run)
                    grown[each.Syntax] = value;
            }

            run = [];
        }
    }

    private void GrowString(ISymbol variable, Dictionary<SyntaxNode, StringValue> grown)
    {
        var run = new List<IOperation>();
        var pieces = new List<IOperation>();
        var grows = false;
        IOperation? body = null;
        foreach (var write in flow.Writes(variable))
        {
            if (write.Value is not { } value || write.Kind == WriteKind.Unknown)
            {
                End();
                continue;
            }

            // What a field is given in one method does not grow in another.
            var operands = write.Kind == WriteKind.Append ? [value] : StringMethods.Operands(value);
            var adds = write.Kind == WriteKind.Append
                || run.Count > 0 && operands.Count > 1 && SymbolEqualityComparer.Default.Equals(Operations.Symbol(operands[0]), variable);
            var root = Operations.Root(value);
            if (!adds || root != body)
                End();
            body = root;
            run.Add(value);
            pieces.AddRange(write.Kind == WriteKind.Append || !adds ? [value] : operands.Skip(1));
            grows |= adds;
        }

        End();

        void End()
        {
            if (grows && run.Count > 1)
            {
                var composer = new StringComposer(flow, known);
                foreach (var piece in pieces)
                    composer.Add(piece);
                var whole = composer.ToValue(Operations.Outer(run[0]), variable);
                foreach (var each in run)
                    grown[Operations.Outer(each).Syntax] = whole;
            }

            run = [];
            pieces = [];
            grows = false;
        }
    }
}
