namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM014: the builder that UseRdsIamAuth() gives is thrown away, so that what is built logs in without a token.</summary>
internal static class DroppedIamAuthRule
{
    public static Diagnostic? Judge(IOperation named, SourceFile file)
    {
        // Where the method gives back the builder that it was called on, nothing is lost.
        if (Call.Of(named) is not { Receiver: { } receiver, Method: { ReturnsVoid: false } method }
            || SymbolEqualityComparer.Default.Equals(method.ReturnType, receiver.Type)
            || !DriverTypes.IsDataSourceBuilder(receiver.Type))
            return null;
        return IsDropped(named, file) ? Diagnostic.Create(Descriptors.DroppedIamAuth, named.Syntax.GetLocation()) : null;
    }

    private static bool IsDropped(IOperation call, SourceFile file) => Operations.Taker(call) switch
    {
        IExpressionStatementOperation => true,
        ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
        IVariableInitializerOperation => BuilderUses.VariableOf(call) is ILocalSymbol local && file.Flow.References(local)
            .All(ValueFlow.IsTarget),
        _ => false,
    };
}
