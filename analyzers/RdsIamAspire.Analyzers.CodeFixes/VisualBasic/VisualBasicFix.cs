namespace RdsIamAspire.Analyzers.CodeFixes.VisualBasic;

/// <summary>The fixes of strings, builders and connections in Visual Basic, RDSIAM001 to 009 but 007: by operations and characters, without
/// its syntax.</summary>
[ExportCodeFixProvider(LanguageNames.VisualBasic, Name = nameof(VisualBasicFix)), Shared]
internal sealed class VisualBasicFix : SourceFix
{
    private protected override SourceFixChoice[] Choices { get; } =
    [
        new("Remove the password", RemovePair, Descriptors.HardCodedPassword.Id),
        new("Remove the password", RemoveSetting, Descriptors.PasswordSetting.Id),
        new("Verify the server: SslMode=VerifyFull", AddMode, Descriptors.MissingSslMode.Id),
        new("Verify the server: SslMode=VerifyFull", SetMode, Descriptors.Unencrypted.Id, Descriptors.Unverified.Id),
        new("Remove the password, so that the IAM provider is used", static context =>
            Find(context) is not null ? RemovePair(context) : RemoveSetting(context), Descriptors.PasswordBesideIamProvider.Id),
        new("Use the option that the driver accepts", UseAccepted, Descriptors.RejectedOption.Id),
        new("Remove the callback that accepts every certificate", static context =>
            SettingAt(context) is { } setting ? Remove(setting, context) : null, Descriptors.AcceptAllCertificates.Id),
    ];

    // The string that a diagnostic stands in, and the pair that it stands on.
    private static (StringValue Text, ConnectionStringPair Pair)? Find(SourceFixContext context)
    {
        var file = context.File;
        if (StringPieces.LiteralAt(file, context.Span.Start) is not { } piece)
            return null;
        var text = StringPieces.Value(piece, file);
        foreach (var pair in text.Parsed.Pairs)
        {
            if (text.SpanOf(pair.Start, pair.End) == context.Span)
                return (text, pair);
        }

        return null;
    }

    // A password that a constant or a variable holds would stay there, unseen: there is no fix then.
    private static List<TextChange>? RemovePair(SourceFixContext context)
    {
        if (Find(context) is not { } found || found.Pair.Kind != MySqlKey.Password)
            return null;
        var (start, end) = PairRange.Of(found.Text.Text, found.Pair);
        var changes = new List<TextChange>();
        foreach (var part in found.Text.Parts)
        {
            if (part.End <= start || part.Start >= end || part.Length == 0)
                continue;
            if (part.Kind != StringPartKind.Literal)
                return null;
            changes.Add(NodeRemoval.Cut(part.SpanOf(start, end)));
        }

        return changes.Count == 0 ? null : changes;
    }

    private static TextChange[]? RemoveSetting(SourceFixContext context)
    {
        if (SettingAt(context) is not { } setting || context.Diagnostic.Id == Descriptors.PasswordSetting.Id
            && Operations.Inner(ValueOf(setting)) is not ILiteralOperation)
            return null;
        return Remove(setting, context);
    }

    private static TextChange[]? Remove(IOperation setting, SourceFixContext context)
    {
        if (setting.Parent is IExpressionStatementOperation statement)
            return [NodeRemoval.Cut(NodeRemoval.WithLine(statement.Syntax.Span, context.Source))];
        if (setting.Parent is not IObjectOrCollectionInitializerOperation { Initializers.Length: > 1 })
            return null;
        // An element of With { … }, with one of its commas.
        var (before, behind) = (setting.Syntax.GetFirstToken().GetPreviousToken(), setting.Syntax.GetLastToken().GetNextToken());
        return behind.Text == "," ? [NodeRemoval.Cut(TextSpan.FromBounds(setting.Syntax.SpanStart, behind.GetNextToken().SpanStart))]
            : before.Text == "," ? [NodeRemoval.Cut(TextSpan.FromBounds(before.SpanStart, setting.Syntax.Span.End))] : null;
    }

    private static IReadOnlyList<TextChange>? AddMode(SourceFixContext context)
    {
        var mode = context.Replacement ?? nameof(TlsMode.VerifyFull);
        if (context.Kind is null)
            return Find(context) is { } found ? ConnectionStringEdits.AddBehind(found.Text, found.Pair, "SslMode=" + mode) : null;
        if (OperationAt(context, static operation => operation is IObjectCreationOperation) is not IObjectCreationOperation creation)
            return null;
        var setting = $".SslMode = MySqlSslMode.{mode}";
        return creation.Initializer is { Initializers.Length: > 0 } initializer
            ? [new TextChange(new TextSpan(initializer.Initializers.Last().Syntax.Span.End, 0), $", {setting}")]
            : [new TextChange(new TextSpan(creation.Syntax.Span.End, 0), $" With {{{setting}}}")];
    }

    private static IReadOnlyList<TextChange>? SetMode(SourceFixContext context)
    {
        var mode = context.Replacement ?? nameof(TlsMode.VerifyFull);
        if (context.Kind is null)
            return Find(context) is { } found ? ConnectionStringEdits.SetValue(found.Text, found.Pair, mode) : null;
        return SettingAt(context) is not { } setting ? null : Operations.Inner(ValueOf(setting)) switch
        {
            ILiteralOperation { ConstantValue.Value: string } literal => [new TextChange(literal.Syntax.Span, $"\"{mode}\"")],
            IFieldReferenceOperation field => [new TextChange(field.Syntax.GetLastToken().Span, mode)],
            _ => null,
        };
    }

    private static IReadOnlyList<TextChange>? UseAccepted(SourceFixContext context) =>
        context.Replacement is not { } replacement ? null
        : context.Kind is not null ? [new TextChange(context.Span, $"\"{replacement}\"")]
        : Find(context) is { } found ? ConnectionStringEdits.SetOption(found.Text, found.Pair, replacement) : null;

    private static IOperation? SettingAt(SourceFixContext context) =>
        OperationAt(context, static operation => operation is ISimpleAssignmentOperation or IInvocationOperation { Arguments.Length: 2 });

    private static IOperation ValueOf(IOperation setting) =>
        setting is ISimpleAssignmentOperation assignment ? assignment.Value : ((IInvocationOperation)setting).Arguments[1].Value;

    private static IOperation? OperationAt(SourceFixContext context, Func<IOperation, bool> isIt)
    {
        for (var node = context.NodeAt(context.Span); node is not null; node = node.Parent)
        {
            if (context.Model.GetOperation(node, context.CancellationToken) is { } operation)
            {
                for (var current = operation; current is not null && current.Syntax == node; current = current.Parent)
                {
                    if (isIt(current))
                        return current;
                }

                if (operation is IExpressionStatementOperation { Operation: var inner } && isIt(inner))
                    return inner;
            }
        }

        return null;
    }
}
