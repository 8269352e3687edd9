namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What an AppHost does with a resource: the calls on it, in one chain or over the variables that hold it.</summary>
internal static class AspireResources
{
    private const int MaximumDepth = 4;

    /// <summary>The calls on a resource and on what they give, the databases of a server included.</summary>
    public static IEnumerable<Call> CallsOn(IOperation resource, SourceFile file, int depth = 0)
    {
        var current = Operations.Outer(resource);
        while (CallOn(current) is { } call)
        {
            yield return call;
            current = Operations.Outer(call.Operation);
        }

        if (depth >= MaximumDepth || BuilderUses.VariableOf(current) is not { } variable)
            yield break;
        foreach (var reference in file.Flow.References(variable))
        {
            if (ValueFlow.IsTarget(reference))
                continue;
            foreach (var call in CallsOn(reference, file, depth + 1))
                yield return call;
        }
    }

    /// <summary>The call that makes what a value is: the start of its chain, through the variables that hold it.</summary>
    public static Call? MadeBy(IOperation value, SourceFile file, string[] makers, int depth = 0)
    {
        for (var current = Operations.Inner(value); ;)
        {
            if (Call.Of(current) is not { } call)
            {
                if (depth >= MaximumDepth || Operations.Symbol(current) is not { } symbol)
                    return null;
                return file.Flow.Writes(symbol).Select(write => write.Value is { } written ? MadeBy(written, file, makers, depth + 1)
                    : null).FirstOrDefault(static found => found is not null);
            }

            if (Array.IndexOf(makers, call.Name) >= 0)
                return call;
            if (call.Receiver is not { } receiver)
                return null;
            current = Operations.Inner(receiver);
        }
    }

    /// <summary>True for a resource of MySQL that is logged in to with IAM.</summary>
    public static bool HasIam(IOperation resource, SourceFile file) =>
        MadeBy(resource, file, ["AddRdsMySql"]) is not null
        || MadeBy(resource, file, ["AddMySql", "AddConnectionString", "AddDatabase"]) is { } made && CallsOn(made.Operation, file)
        .Any(static call => call.Name == "WithRdsIamAuth");

    private static Call? CallOn(IOperation resource)
    {
        var owner = resource.Parent is Microsoft.CodeAnalysis.Operations.IArgumentOperation { IsImplicit: true, Parent: { } called }
            ? called : resource.Parent;
        return Call.Of(owner) is { Receiver: { } receiver } call && Operations.Outer(receiver) == resource ? call : null;
    }
}
