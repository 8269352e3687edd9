namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM002: a password that stands in the source is handed to a MySQL API: a builder's property, indexer or Add, a data source,
/// an Aspire parameter, an environment variable of the MySQL image.</summary>
internal static class PasswordSettingRule
{
    /// <summary>Judges a setting: is it a password of MySQL, and does its value stand in the source?</summary>
    public static Diagnostic? Judge(Setting setting, SourceFile file)
    {
        var isVariable = setting.KeyOperation is not null && PasswordNames.IsVariable(setting.Key);
        if (!isVariable && (setting.Form == SettingForm.Pair || !SettingKeys.IsPassword(setting)) || !IsWritten(setting.Value, file)
            || !isVariable && !Receivers.IsMySql(setting, file)
            // Beside an IAM reference it is RDSIAM018's, which takes the same out.
            || isVariable && Operations.Upwards(setting.KeyOperation!).Any(each => AppHostRules.JudgeVariable(each, file) is not null))
            return null;
        return Report(setting.Whole, setting.Key, setting.Form switch
        {
            SettingForm.Tuple => FixKinds.Tuple,
            SettingForm.Pair => FixKinds.Pair,
            _ => isVariable ? FixKinds.Environment : FixKinds.Setting,
        });
    }

    /// <summary>builder.AddParameter("mysql-password", "literal" | () => "literal")</summary>
    public static Diagnostic? JudgeParameter(IOperation named, SourceFile file)
    {
        if (Call.Of(named) is not { Arguments.Count: > 1 } call
            || (call.Argument("value", 1) ?? call.Argument("valueGetter", 1)) is not { } value)
            return null;
        var name = call.Argument("name", 0) is { } given ? file.Known.Of(given) ?? "" : "";
        return IsWritten(value, file) && AspireParameters.IsMySqlPassword(name, call, file)
            ? Report(call.Operation.Syntax, name.Length == 0 ? "AddParameter" : name, FixKinds.AspireParameter) : null;
    }

    /// <summary>AddMySql("db", password: "…"), mySql.WithPassword("…"): Aspire takes parameters there, wrappers take strings.</summary>
    public static Diagnostic? JudgePasswordArgument(IOperation named, SourceFile file)
    {
        if (Call.Of(named) is not { } call)
            return null;
        var value = call.Name == "AddMySql" ? call.Argument("password", int.MaxValue)
            : call is { Receiver.Type: { } type, Arguments: { Count: > 0 } given } && type.ToDisplayString().Has("MySqlServerResource")
                ? given[0].Value : null;
        return value?.Type?.SpecialType == SpecialType.System_String && IsWritten(value, file)
            ? Report(call.Operation.Syntax, call.Name, FixKinds.AspireParameter) : null;
    }

    private static Diagnostic Report(SyntaxNode whole, string name, string kind) =>
        Diagnostic.Create(Descriptors.PasswordSetting, whole.GetLocation(), FixKinds.Properties(kind), name);

    private static string? DefaultOf(IOperation value) =>
        Operations.Inner(value) is IParameterReferenceOperation { Parameter: { HasExplicitDefaultValue: true } parameter }
            ? parameter.ExplicitDefaultValue as string : null;

    /// <summary>True for a value that stands in the source and is no placeholder.</summary>
    private static bool IsWritten(IOperation value, SourceFile file)
    {
        // A parameter's default is what is given wherever the caller gives nothing.
        if ((file.Known.Of(value) ?? DefaultOf(value)) is { } known)
            return !file.Settings.IsPlaceholder(known);
        if (Operations.Inner(value) is not (IInterpolatedStringOperation or IBinaryOperation or IInvocationOperation))
            return false;
        // Composed of parts that are all known: string.Concat("a", "b"), $"{A}{b}".
        var composed = file.Strings.Compose(value);
        return composed.Parts.All(static part => part.Kind != StringPartKind.Hole)
            && !file.Settings.IsPlaceholder(composed.Text);
    }
}
