namespace RdsIamAspire.Analyzers.Rules;

/// <summary>The rules for an AppHost that has RdsIamAspire.Hosting: what of its MySQL resources still goes by a password, or goes to AWS
/// unasked.</summary>
internal static class AppHostRules
{
    public const string NoIamId = "RDSIAM015";
    public const string EarlyReferenceId = "RDSIAM016";
    public const string NoLocalServerId = "RDSIAM017";
    public const string PasswordBesideIamId = "RDSIAM018";

    /// <summary>AddMySql is published with a password.</summary>
    public static readonly DiagnosticDescriptor NoIam = RuleTexts.Rule(NoIamId, RuleTexts.Category);

    /// <summary>A reference is taken before WithRdsIamAuth.</summary>
    public static readonly DiagnosticDescriptor EarlyReference = RuleTexts.Rule(EarlyReferenceId, RuleTexts.Category);

    /// <summary>AddRdsMySql without a local server for development.</summary>
    public static readonly DiagnosticDescriptor NoLocalServer = RuleTexts.Rule(NoLocalServerId, "Usage", DiagnosticSeverity.Info);

    /// <summary>A password variable beside a reference that logs in with IAM.</summary>
    public static readonly DiagnosticDescriptor PasswordBesideIam = RuleTexts.Rule(PasswordBesideIamId, RuleTexts.Category);

    public static Diagnostic? JudgeMySql(IOperation named, SourceFile file)
    {
        if (!file.Drivers.HasRdsHosting || Call.Of(named) is not { Name: "AddMySql" } call || IsInRunMode(named))
            return null;
        foreach (var used in AspireResources.CallsOn(call.Operation, file))
        {
            if (used.Name is "WithRdsIamAuth" or "ExcludeFromManifest")
                return null;
        }

        return Diagnostic.Create(NoIam, NameOf(call.Operation.Syntax, file));
    }

    public static Diagnostic? JudgeRds(IOperation named, SourceFile file)
    {
        if (!file.Drivers.HasRdsHosting || Call.Of(named) is not { Name: "AddRdsMySql" } call)
            return null;
        foreach (var used in AspireResources.CallsOn(call.Operation, file))
        {
            if (used.Name is "RunAsEmulator" or "RunAsContainer" or "RunAsLocalServer" or "AsExisting" or "AsExistingNamed")
                return null;
        }

        return Diagnostic.Create(NoLocalServer, NameOf(call.Operation.Syntax, file));
    }

    /// <summary>api.WithReference(db), and further down db.WithRdsIamAuth()</summary>
    public static Diagnostic? JudgeReference(IOperation named, SourceFile file)
    {
        if (!file.Drivers.HasRdsHosting || Call.Of(named) is not { Name: "WithReference", Arguments: { Count: > 0 } arguments }
            || Operations.Symbol(arguments[0].Value) is not { } resource)
            return null;
        foreach (var reference in file.Flow.References(resource))
        {
            if (reference.Syntax.SpanStart <= named.Syntax.Span.End || Operations.Root(reference) != Operations.Root(named))
                continue;
            foreach (var call in AspireResources.CallsOn(reference, file))
            {
                if (call.Name == "WithRdsIamAuth")
                    return Diagnostic.Create(EarlyReference, arguments[0].Value.Syntax.GetLocation(), resource.Name);
            }
        }

        return null;
    }

    /// <summary>.WithReference(db).WithEnvironment("DB_PASSWORD", password)</summary>
    public static Diagnostic? JudgeVariable(IOperation named, SourceFile file)
    {
        if (!file.Drivers.HasRdsHosting
            || Call.Of(named) is not { Name: "WithEnvironment", Arguments.Count: > 1, Receiver: { } receiver } call
            || Operations.Constant(call.Arguments[0].Value) is not { } key || !PasswordNames.IsPassword(key)
            || DatabaseNames.Of(key) == Leaning.Other)
            return null;
        foreach (var used in CallsOnService(receiver, file))
        {
            if (used.Name == "WithReference" && used.Arguments.Count > 0 && AspireResources.HasIam(used.Arguments[0].Value, file))
                return Diagnostic.Create(PasswordBesideIam, NameOf(named.Syntax, file), key);
        }

        return null;
    }

    // All that is called on the service: from the Add… that makes it, or at the variable that holds it.
    private static IEnumerable<Call> CallsOnService(IOperation service, SourceFile file)
    {
        var current = Operations.Inner(service);
        while (Call.Of(current) is { } call)
        {
            if (call.Name.StartsWith("Add", StringComparison.Ordinal) || call.Receiver is not { } receiver)
                return AspireResources.CallsOn(current, file);
            current = Operations.Inner(receiver);
        }

        return Operations.Symbol(current) is not { } variable ? []
            : file.Flow.References(variable).SelectMany(reference => AspireResources.CallsOn(reference, file))
                .Concat(file.Flow.Writes(variable).SelectMany(write => write.Value is { } made ? CallsOnService(made, file) : []));
    }

    // if (builder.ExecutionContext.IsRunMode)
    private static bool IsInRunMode(IOperation operation)
    {
        for (var current = operation; current.Parent is { } parent; current = parent)
        {
            if (parent is IConditionalOperation conditional && conditional.WhenTrue == current && conditional.Condition.Syntax.ToString()
                .IndexOf("IsRunMode", StringComparison.Ordinal) >= 0)
                return true;
        }

        return false;
    }

    private static Location NameOf(SyntaxNode call, SourceFile file) =>
        Location.Create(call.SyntaxTree, file.Language.NameOf(call, nameOnly: true));
}
