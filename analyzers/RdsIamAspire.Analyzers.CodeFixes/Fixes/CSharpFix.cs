namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>The table of what is offered for each rule in C#; the first that a rule has is what it is fixed with from a shell.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CSharpFix)), Shared]
internal sealed class CSharpFix : SourceFix
{
    private protected override SourceFixChoice[] Choices { get; } =
    [
        new("Remove the password from the connection string", RemovePassword, Descriptors.HardCodedPassword.Id),
        new("Read the connection string from configuration", ReadFromConfiguration, Descriptors.HardCodedPassword.Id),
        new("Remove the password", static context => context.Kind is FixKinds.AspireParameter or FixKinds.Tuple or FixKinds.Pair ? null
            : SettingEdits.RemovePassword(context), Descriptors.PasswordSetting.Id),
        new("Make it a secret parameter without a value", static context => context.Kind == FixKinds.AspireParameter
            ? SettingEdits.MakeSecretParameter(context) : null, Descriptors.PasswordSetting.Id),
        new("Add SslMode", AddMode, Descriptors.MissingSslMode.Id),
        new("Verify the server: SslMode=VerifyFull", SetMode, Descriptors.Unencrypted.Id, Descriptors.Unverified.Id),
        new("Remove the password, so that the IAM provider is used", RemoveBesideProvider, Descriptors.PasswordBesideIamProvider.Id),
        new("Use the option that the driver accepts", UseAccepted, Descriptors.RejectedOption.Id),
        new("Remove the option that the driver rejects", RemoveRejected, Descriptors.RejectedOption.Id),
        new("Remove the callback that accepts every certificate", static context =>
            SettingEdits.Remove(context), Descriptors.AcceptAllCertificates.Id),
        new("Build from the result of UseRdsIamAuth", CallEdits.BuildFromResult, Descriptors.DroppedIamAuth.Id),
        new("Add WithRdsIamAuth()", static context => CallEdits.Add(context, ".WithRdsIamAuth()"), Descriptors.NoIam.Id),
        new("Call WithRdsIamAuth() where the resource is made", CallEdits.MoveIamAuth, Descriptors.EarlyReference.Id),
        new("Add RunAsEmulator()", static context => CallEdits.Add(context, ".RunAsEmulator()"), Descriptors.NoLocalServer.Id),
        new("Remove the password variable", CallEdits.Remove, Descriptors.PasswordBesideIam.Id),
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
            return SettingEdits.AddMode(context, mode);
        if (ConnectionStringEdits.Find(context) is not { } found)
            return null;
        // An SslMode without a value is given one; two would be one too many.
        return found.Text.Parsed.Find(MySqlKey.SslMode) is { } empty ? ConnectionStringEdits.SetValue(found.Text, empty, mode)
            : ConnectionStringEdits.AddBehind(found.Text, found.Pair, "SslMode=" + mode);
    }

    private static IReadOnlyList<TextChange>? SetMode(SourceFixContext context)
    {
        var mode = context.Replacement ?? nameof(TlsMode.VerifyFull);
        return context.Kind is not null ? SettingEdits.SetMode(context, mode)
            : ConnectionStringEdits.Find(context) is { } found ? ConnectionStringEdits.SetValue(found.Text, found.Pair, mode) : null;
    }

    private static IReadOnlyList<TextChange>? RemoveBesideProvider(SourceFixContext context) =>
        ConnectionStringEdits.Find(context) is { Pair.Kind: MySqlKey.Password } found
            ? ConnectionStringEdits.Remove(found.Text, found.Pair, context)
            : SettingEdits.Remove(context);

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
        context.Kind is not null ? SettingEdits.RemoveAround(context)
        : ConnectionStringEdits.Find(context) is { } found ? ConnectionStringEdits.Remove(found.Text, found.Pair, context) : null;
}
