namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM006: a connection has both a password and something that provides IAM tokens; the password silently wins.</summary>
internal static class PasswordBesideIamProviderRule
{
    /// <summary>connection.ProvidePasswordCallback = …, builder.UsePeriodicPasswordProvider(…), builder.UseRdsIamAuth(…)</summary>
    public static Diagnostic? Judge(IOperation provider, SourceFile file)
    {
        switch (provider)
        {
            case IPropertyReferenceOperation { Property.Name: var name } property when Setting.OfTarget(property) is { } setting:
                return Operations.IsNull(setting.Value) || !DriverTypes.IsConnection(property.Instance?.Type) ? null
                    : Report(PasswordOf(property.Instance!, file), name);
            case var call when Call.Of(call) is { Receiver: { } receiver } called:
                var start = BuilderUses.Start(receiver);
                if (ConfiguredString(start) is { } configured)
                    return Report(PasswordIn(configured, file, 0), called.Name);
                return DriverTypes.IsDataSourceBuilder(start.Type) ? Report(PasswordOf(start, file), called.Name) : null;
            default: return null;
        }
    }

    // services.AddMySqlDataSource("…", builder => builder.UseRdsIamAuth()): the string that stands beside the lambda.
    private static IOperation? ConfiguredString(IOperation builder)
    {
        if (Operations.Symbol(builder) is not IParameterSymbol parameter)
            return null;
        var lambda = Operations.Upwards(builder).FirstOrDefault(each => each is IAnonymousFunctionOperation { Symbol.Parameters: var own }
            && own.Contains(parameter, SymbolEqualityComparer.Default));
        return lambda is not null && Call.Taking(lambda) is { Call.Name: "AddMySqlDataSource" or "AddKeyedMySqlDataSource" } taken
            ? taken.Call.Arguments.Where((_, i) => i != taken.Position).Select(static argument => argument.Value)
                .FirstOrDefault(static value => value.Type?.SpecialType == SpecialType.System_String) : null;
    }

    private static Diagnostic? Report(Location? password, string provider) =>
        password is null ? null : Diagnostic.Create(Descriptors.PasswordBesideIamProvider, password, provider);

    // Where the connection is given a password, by its string or by its builder.
    private static Location? PasswordOf(IOperation connection, SourceFile file) => BuilderUses.CreationsOf(connection, file)
        .Select(creation =>
            (Call.Of(creation) is { Arguments: { Count: > 0 } arguments } ? PasswordIn(arguments[0].Value, file, 0) : null)
            ?? InSettings(BuilderUses.SettingsOf(creation, file), file))
        .FirstOrDefault(static found => found is not null)
        ?? (Operations.Symbol(connection) is { } variable ? InSettings(BuilderUses.SettingsOf(variable, file), file) : null);

    private static Location? InSettings(IEnumerable<Setting> settings, SourceFile file) => settings
        .Select(setting => (setting.Key == "ConnectionString" ? PasswordIn(setting.Value, file, 0) : null)
            ?? (SettingKeys.IsPassword(setting) && !IsNothing(setting.Value) ? setting.Whole.GetLocation() : null))
        .FirstOrDefault(static found => found is not null);

    // A password pair with any value: one that is known only at run time wins as silently.
    private static Location? PasswordIn(IOperation text, SourceFile file, int depth)
    {
        text = Operations.Inner(text);
        // builder.ConnectionString, builder.ToString()
        if (text is IPropertyReferenceOperation { Property.Name: "ConnectionString" }
            or IInvocationOperation { TargetMethod.Name: "ToString" } && Operations.Instance(text) is { } builder
            && DriverTypes.IsBuilder(builder.Type))
            return PasswordOf(builder, file);
        // What a variable was initialised with, so that the location is where the password stands.
        if (depth < 3 && Operations.Symbol(text) is { } symbol)
        {
            return file.Flow.Writes(symbol).Select(write => write.Value is { } value ? PasswordIn(value, file, depth + 1) : null)
                .FirstOrDefault(static found => found is not null);
        }

        var composed = file.Strings.Compose(text);
        return composed.Parsed.Pairs.Where(static pair => pair is { Kind: MySqlKey.Password, Value.Length: > 0 })
            .Select(pair => Location.Create(text.Syntax.SyntaxTree, composed.SpanOf(pair.Start, pair.End))).FirstOrDefault();
    }

    private static bool IsNothing(IOperation value) => Operations.IsNull(value) || Operations.Constant(value) is { Length: 0 };
}
