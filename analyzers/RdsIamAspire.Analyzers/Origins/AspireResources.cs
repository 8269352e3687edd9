namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What an AppHost does with a resource: the calls on it, in one chain or over the variables that hold it.</summary>
internal static class AspireResources
{
    private const int MaximumDepth = 4;

    /// <summary>The calls on a resource and on what they give, the databases of a server included.</summary>
    public static IEnumerable<Call> CallsOn(IOperation resource, SourceFile file, int depth = 0)
    {
        var current = resource;
        for (; Call.On(current) is { } call; current = call.Operation)
            yield return call;
        if (depth >= MaximumDepth || BuilderUses.VariableOf(current) is not { } variable)
            yield break;
        foreach (var call in file.Flow.References(variable).Where(static reference => !ValueFlow.IsTarget(reference))
            .SelectMany(reference => CallsOn(reference, file, depth + 1)))
            yield return call;
    }

    /// <summary>The call that makes what a value is: the start of its chain, through the variables that hold it.</summary>
    public static Call? MadeBy(IOperation value, SourceFile file, string[] makers, int depth = 0)
    {
        var current = Operations.Inner(value);
        if (Call.Of(current) is { } call)
            return makers.Contains(call.Name) ? call : call.Receiver is { } receiver ? MadeBy(receiver, file, makers, depth) : null;
        return depth >= MaximumDepth || Operations.Symbol(current) is not { } symbol ? null : file.Flow.Writes(symbol)
            .Select(write => write.Value is { } written ? MadeBy(written, file, makers, depth + 1) : null)
            .FirstOrDefault(static found => found is not null);
    }

    /// <summary>True for a resource of MySQL that is logged in to with IAM.</summary>
    public static bool HasIam(IOperation resource, SourceFile file) => MadeBy(resource, file, ["AddRdsMySql"]) is not null
        || MadeBy(resource, file, ["AddMySql", "AddConnectionString", "AddDatabase"]) is { } made
        && CallsOn(made.Operation, file).Any(static call => call.Name == "WithRdsIamAuth");
}
