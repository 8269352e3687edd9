namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>The table of what is offered for each rule in C#; the first that a rule has is what it is fixed with from a shell.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CSharpFix)), Shared]
internal sealed class CSharpFix : SourceFix
{
    private protected override SourceFixChoice[] Choices { get; } =
    [
        new("Remove the password from the connection string", RemovePassword, HardCodedPasswordRule.Id),
        new("Read the connection string from configuration", ReadFromConfiguration, HardCodedPasswordRule.Id),
        new("Remove the password", static context => context.Kind is FixKinds.AspireParameter or FixKinds.Tuple or FixKinds.Pair ? null
            : SettingEdits.RemovePassword(context), PasswordSettingRule.Id),
        new("Make it a secret parameter without a value", static context => context.Kind == FixKinds.AspireParameter
            ? SettingEdits.MakeSecretParameter(context.Root, context.Span) : null, PasswordSettingRule.Id),
        new("Add SslMode", AddMode, MissingSslModeRule.Id),
        new("Verify the server: SslMode=VerifyFull", SetMode, WeakSslModeRule.UnencryptedId, WeakSslModeRule.UnverifiedId),
        new("Remove the password, so that the IAM provider is used", RemoveBesideProvider, PasswordBesideIamProviderRule.Id),
        new("Use the option that the driver accepts", UseAccepted, RejectedOptionRule.Id),
        new("Remove the option that the driver rejects", RemoveRejected, RejectedOptionRule.Id),
        new("Remove the callback that accepts every certificate", static context =>
            SettingEdits.Remove(context.Root, context.Span, context.Source), AcceptAllCertificatesRule.Id),
        new("Build from the result of UseRdsIamAuth", CallEdits.BuildFromResult, DroppedIamAuthRule.Id),
        new("Add WithRdsIamAuth()", static context => CallEdits.Add(context, ".WithRdsIamAuth()"), AppHostRules.NoIamId),
        new("Call WithRdsIamAuth() where the resource is made", CallEdits.MoveIamAuth, AppHostRules.EarlyReferenceId),
        new("Add RunAsEmulator()", static context => CallEdits.Add(context, ".RunAsEmulator()"), AppHostRules.NoLocalServerId),
        new("Remove the password variable", CallEdits.Remove, AppHostRules.PasswordBesideIamId),
    ];

    private static IReadOnlyList<TextChange>? RemovePassword(SourceFixContext context)
    {
        // What a program is given on its command line, a person changes.
        if (context.Kind == FixKinds.CommandLine)
            return null;
        if (EmbeddedJsonEdits.IsJson(context))
            return EmbeddedJsonEdits.Remove(context);
        if (ConnectionStringEdits.FindOtherForm(context) is { } other)
            return ConnectionStringEdits.Remove(other.Text, other.Start, other.End, (other.Start, other.End), context);
        if (ConnectionStringEdits.Find(context) is not { } found)
            return null;
        return found.Pair.Kind == MySqlKey.Password ? ConnectionStringEdits.RemovePasswords(found.Text, context)
            : ConnectionStringEdits.Remove(found.Text, found.Pair, context);
    }

    private static IReadOnlyList<TextChange>? ReadFromConfiguration(SourceFixContext context) =>
        context.Kind == FixKinds.CommandLine || EmbeddedJsonEdits.IsJson(context) ? null
        : (ConnectionStringEdits.FindOtherForm(context)?.Text ?? ConnectionStringEdits.Find(context)?.Text) is { } text
            ? ConfigurationRead.Of(text, context) : null;

    private static IReadOnlyList<TextChange>? AddMode(SourceFixContext context)
    {
        var mode = context.Replacement ?? nameof(TlsMode.VerifyFull);
        if (context.Kind is not null)
            return SettingEdits.AddMode(context.Root, context.Span, mode);
        if (ConnectionStringEdits.Find(context) is not { } found)
            return null;
        // An SslMode without a value is given one; two would be one too many.
        return found.Text.Parsed.Find(MySqlKey.SslMode) is { } empty ? ConnectionStringEdits.SetValue(found.Text, empty, mode)
            : ConnectionStringEdits.AddBehind(found.Text, found.Pair, "SslMode=" + mode);
    }

    private static IReadOnlyList<TextChange>? SetMode(SourceFixContext context)
    {
        var mode = context.Replacement ?? nameof(TlsMode.VerifyFull);
        return context.Kind is not null ? SettingEdits.SetMode(context.Root, context.Span, mode)
            : ConnectionStringEdits.Find(context) is { } found ? ConnectionStringEdits.SetValue(found.Text, found.Pair, mode) : null;
    }

    private static IReadOnlyList<TextChange>? RemoveBesideProvider(SourceFixContext context) =>
        ConnectionStringEdits.Find(context) is { Pair.Kind: MySqlKey.Password } found
            ? ConnectionStringEdits.Remove(found.Text, found.Pair, context)
            : SettingEdits.Remove(context.Root, context.Span, context.Source);

    private static IReadOnlyList<TextChange>? UseAccepted(SourceFixContext context)
    {
        if (context.Replacement is not { } replacement)
            return null;
        // The key or value stands for itself at a builder.
        if (context.Kind is not null)
            return [new(context.Span, $"\"{replacement}\"")];
        return ConnectionStringEdits.Find(context) is { } found
            ? ConnectionStringEdits.SetOption(found.Text, found.Pair, replacement) : null;
    }

    private static IReadOnlyList<TextChange>? RemoveRejected(SourceFixContext context) =>
        context.Kind is not null ? SettingEdits.RemoveAround(context.Root, context.Span, context.Source)
        : ConnectionStringEdits.Find(context) is { } found ? ConnectionStringEdits.Remove(found.Text, found.Pair, context) : null;
}
