namespace RdsIamAspire.Analyzers.Rules;

/// <summary>The rules for an AppHost that has RdsIamAspire.Hosting: what of its MySQL resources still goes by a password, or goes to AWS
/// unasked.</summary>
internal static class AppHostRules
{
    public static Diagnostic? JudgeMySql(IOperation named, SourceFile file) =>
        JudgeResource(named, file, Descriptors.NoIam, "AddMySql", "WithRdsIamAuth", "ExcludeFromManifest");

    public static Diagnostic? JudgeRds(IOperation named, SourceFile file) => JudgeResource(named, file, Descriptors.NoLocalServer,
        "AddRdsMySql", "RunAsEmulator", "RunAsContainer", "RunAsLocalServer", "AsExisting", "AsExistingNamed");

    // A resource on which none of some calls is made.
    private static Diagnostic? JudgeResource(IOperation named, SourceFile file, DiagnosticDescriptor rule, string maker,
        params string[] calls) =>
        file.Drivers.HasRdsHosting && Call.Of(named) is { } call && call.Name == maker && (maker != "AddMySql" || !IsInRunMode(named))
            && !AspireResources.CallsOn(call.Operation, file).Any(used => calls.Contains(used.Name))
            ? Diagnostic.Create(rule, NameOf(call.Operation.Syntax, file)) : null;

    /// <summary>api.WithReference(db), and further down db.WithRdsIamAuth()</summary>
    public static Diagnostic? JudgeReference(IOperation named, SourceFile file) => file.Drivers.HasRdsHosting
        && Call.Of(named) is { Name: "WithReference", Arguments: { Count: > 0 } arguments }
        && Operations.Symbol(arguments[0].Value) is { } resource
        && file.Flow.References(resource)
            .Where(reference => reference.Syntax.SpanStart > named.Syntax.Span.End && Operations.Root(reference) == Operations.Root(named))
            .SelectMany(reference => AspireResources.CallsOn(reference, file)).Any(static call => call.Name == "WithRdsIamAuth")
            ? Diagnostic.Create(Descriptors.EarlyReference, arguments[0].Value.Syntax.GetLocation(), resource.Name) : null;

    /// <summary>.WithReference(db).WithEnvironment("DB_PASSWORD", password)</summary>
    public static Diagnostic? JudgeVariable(IOperation named, SourceFile file) => file.Drivers.HasRdsHosting
        && Call.Of(named) is { Name: "WithEnvironment", Arguments.Count: > 1, Receiver: { } receiver } call
        && Operations.Constant(call.Arguments[0].Value) is { } key && PasswordNames.IsPassword(key)
        && DatabaseNames.Of(key) != Leaning.Other
        && CallsOnService(receiver, file).Any(used => used is { Name: "WithReference", Arguments.Count: > 0 }
            && AspireResources.HasIam(used.Arguments[0].Value, file))
            ? Diagnostic.Create(Descriptors.PasswordBesideIam, NameOf(named.Syntax, file), key) : null;

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
    private static bool IsInRunMode(IOperation operation) => Operations.Upwards(operation).Any(static each =>
        each.Parent is IConditionalOperation conditional && conditional.WhenTrue == each
        && conditional.Condition.Syntax.ToString().Has("IsRunMode"));

    private static Location NameOf(SyntaxNode call, SourceFile file) =>
        Location.Create(call.SyntaxTree, file.Language.NameOf(call, nameOnly: true));
}
