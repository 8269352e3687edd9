namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM003, 004, 005 and 008 on the builders' SslMode property, indexer and Add, with the same judgement as on
/// strings.</summary>
internal static class BuilderTlsRule
{
    /// <summary>A key or an SslMode that is given to a builder.</summary>
    public static Diagnostic? Judge(Setting setting, SourceFile file)
    {
        var isSslMode = SettingKeys.IsSslMode(setting.Key);
        if (!isSslMode && (setting.KeyOperation is null || !MySqlKeys.MayBeRejected(setting.Key.Trim().ToLowerInvariant()))
            || !DriverTypes.IsBuilder(setting.ReceiverType))
            return null;
        var driver = DriverTypes.DriverOf(setting.ReceiverType);
        if (driver != MySqlDrivers.None && setting.KeyOperation is { } key)
        {
            if (!RejectedOptionRule.IsAcceptedKey(setting.Key.Trim().ToLowerInvariant(), driver))
                return Rejected(key.Syntax, RejectedOptionRule.OfKey(setting.Key, driver));
            if (isSslMode && Operations.Inner(setting.Value) is ILiteralOperation { ConstantValue.Value: string mode } literal
                && RejectedOptionRule.OfMode(setting.Key, mode, driver, file.Settings) is { } refused)
                return Rejected(literal.Syntax, refused);
        }

        return isSslMode && ModeOf(setting.Value, file, 0) is { } found ? Weak(found.Mode, found.Text, setting, file) : null;
    }

    /// <summary>A builder that is given a server and never an SslMode: the diagnostic stands where it is made.</summary>
    public static Diagnostic? JudgeServer(Setting setting, SourceFile file, HashSet<SyntaxNode> judged)
    {
        var settings = file.Settings;
        if (setting.Key != "Server" && !SettingKeys.IsServer(setting.Key) || settings.MinimumSslMode <= TlsMode.Preferred
            || !DriverTypes.IsBuilder(setting.ReceiverType))
            return null;
        if (setting.Receiver is not { } receiver || BuilderUses.CreationsOf(receiver, file).LastOrDefault() is not { } creation
            || Call.Of(creation) is not { Arguments.Count: 0 } || !judged.Add(creation.Syntax)
            || BuilderUses.SettingsOf(creation, file).Any(static each => SettingKeys.IsSslMode(each.Key)))
            return null;
        if (settings.LocalHosts != LocalHosts.Report && file.Known.Of(setting.Value) is { } host && ConnectionStringShape.IsLocalHost(host))
            return null;
        var mode = settings.MinimumSslMode == TlsMode.Required ? nameof(TlsMode.Required) : nameof(TlsMode.VerifyFull);
        return Diagnostic.Create(Descriptors.MissingSslMode,
            Location.Create(creation.Syntax.SyntaxTree, file.Language.HeadOf(creation.Syntax)),
            FixKinds.Properties(FixKinds.Setting, mode), mode);
    }

    private static Diagnostic Rejected(SyntaxNode at, (object[] Words, string? Replacement) found) =>
        Diagnostic.Create(Descriptors.RejectedOption, at.GetLocation(), FixKinds.Properties(FixKinds.Setting, found.Replacement),
        found.Words);

    private static Diagnostic? Weak(TlsMode mode, string text, Setting setting, SourceFile file) =>
        WeakSslModeRule.Of(mode, text, file.Settings) is not { } weak
        || weak.Rule == Descriptors.Unverified && VerifiesByCallback(setting.Value, file) ? null
            : Diagnostic.Create(weak.Rule, setting.Whole.GetLocation(), FixKinds.Properties(FixKinds.Setting, weak.Better), weak.Words);

    // Required is the mode in which the driver leaves the certificate to a callback. One that accepts everything is RDSIAM009's.
    private static bool VerifiesByCallback(IOperation value, SourceFile file)
    {
        var member = Operations.Root(value).Syntax.Span;
        return file.Names.Find("UseRemoteCertificateValidationCallback").Concat(file.Names.Find("RemoteCertificateValidationCallback"))
            .Any(position => member.Contains(position));
    }

    private static (TlsMode Mode, string Text)? ModeOf(IOperation value, SourceFile file, int depth)
    {
        value = Operations.Inner(value);
        if (depth > 6)
            return null;
        switch (value)
        {
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return Weakest([ModeOf(conditional.WhenTrue, file, depth + 1), ModeOf(otherwise, file, depth + 1)]);
            case ISwitchExpressionOperation choice: return Weakest(choice.Arms.Select(arm => ModeOf(arm.Value, file, depth + 1)));
            case ICoalesceOperation coalesce: return ModeOf(coalesce.WhenNull, file, depth + 1);
            case IFieldReferenceOperation { Field: { ContainingType.TypeKind: TypeKind.Enum } constant }
                when TlsModes.Parse(constant.Name) is { } named:
                return (named, constant.Name);
            // The enumeration of a driver that does not resolve.
            case IInvalidOperation when file.Language.MemberName(value.Syntax) is { } member && TlsModes.Parse(member) is { } read:
                return (read, member);
            // Enum.Parse<MySqlSslMode>("None")
            case IInvocationOperation
            {
                TargetMethod: { Name: "Parse", ContainingType.SpecialType: SpecialType.System_Enum },
                Arguments: { Length: > 0 } arguments
            }:
                return file.Known.Of(arguments[0].Value) is { } name && TlsModes.Parse(name) is { } given ? (given, name) : null;
        }

        if (file.Known.Of(value) is { } text && TlsModes.Parse(text) is { } parsed)
            return (parsed, text);
        // A constant that has a name of its own is looked up; default and (MySqlSslMode)0 are numbers.
        if (Operations.Symbol(value) is { } symbol)
        {
            var writes = file.Flow.Writes(symbol);
            if (symbol is ILocalSymbol or IFieldSymbol { IsReadOnly: true } or IFieldSymbol { IsConst: true } && writes is { Count: 1 }
                && writes[0].Value is { } only && ModeOf(only, file, depth + 1) is { } given)
                return given;
        }

        return (value.ConstantValue.HasValue ? value : Operations.Outer(value)) is { ConstantValue: { HasValue: true, Value: int number } }
            && number is >= 0 and <= 4
            ? ((TlsMode)number, ((TlsMode)number).ToString())
            : null;
    }

    private static (TlsMode Mode, string Text)? Weakest(IEnumerable<(TlsMode Mode, string Text)?> modes) =>
        modes.OrderBy(static mode => mode?.Mode ?? (TlsMode)int.MaxValue).FirstOrDefault();
}
