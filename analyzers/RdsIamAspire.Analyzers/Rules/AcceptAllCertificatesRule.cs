namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM009: the certificate callback of a MySQL connection accepts everything.</summary>
internal static class AcceptAllCertificatesRule
{
    /// <summary>The names that a file must have for the rule to look.</summary>
    public static readonly string[] Names = ["RemoteCertificateValidationCallback", "UseRemoteCertificateValidationCallback"];

    public static Diagnostic? Judge(IOperation named, SourceFile file) => named switch
    {
        IPropertyReferenceOperation { Parent: IAssignmentOperation assignment } property when assignment.Target == property =>
            DriverTypes.IsConnection(property.Instance?.Type) && AcceptsAll(assignment.Value, file, 0)
                ? Diagnostic.Create(Descriptors.AcceptAllCertificates, assignment.Syntax.GetLocation(), property.Property.Name) : null,
        IInvalidOperation when Setting.OfTarget(named) is { } setting && DriverTypes.IsConnection(setting.ReceiverType) =>
            AcceptsAll(setting.Value, file, 0)
                ? Diagnostic.Create(Descriptors.AcceptAllCertificates, setting.Whole.GetLocation(), setting.Key) : null,
        IInvocationOperation or IInvalidOperation when Call.Of(named) is { Arguments.Count: 1 } call && call.Name == Names[1]
            && (named is IInvalidOperation || DriverTypes.IsDataSourceBuilder(call.Receiver?.Type))
            && AcceptsAll(call.Arguments[0].Value, file, 0) => Diagnostic.Create(Descriptors.AcceptAllCertificates,
                Location.Create(named.Syntax.SyntaxTree, file.Language.NameOf(named.Syntax, nameOnly: false)), call.Name),
        _ => null,
    };

    private static bool AcceptsAll(IOperation callback, SourceFile file, int depth) => Operations.Inner(callback) switch
    {
        IAnonymousFunctionOperation lambda => ReturnsTrueOnly(lambda.Body, file),
        IMethodReferenceOperation { Method.DeclaringSyntaxReferences: { Length: 1 } references }
            when references[0].SyntaxTree == file.Root.SyntaxTree =>
            file.OperationOf(references[0].GetSyntax(file.CancellationToken)) is { } body
                && ReturnsTrueOnly(body is ILocalFunctionOperation { Body: { } inner } ? inner : body, file),
        var other => depth < 3 && Operations.Symbol(other) is { } symbol && file.Flow.Writes(symbol) is { Count: 1 } writes
            && writes[0].Value is { } value && AcceptsAll(value, file, depth + 1),
    };

    private static bool ReturnsTrueOnly(IOperation body, SourceFile file)
    {
        var returns = Operations.Returns(body).ToArray();
        return returns.Length > 0 && returns.All(each => each.ReturnedValue is { } value && IsTrue(value, file)) && !Throws(body);
    }

    private static bool Throws(IOperation operation) => operation.ChildOperations.Any(child => child is IThrowOperation || Throws(child));

    private static bool IsTrue(IOperation value, SourceFile file) => Operations.Inner(value) switch
    {
        { ConstantValue: { HasValue: true, Value: true } } => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } either =>
            IsTrue(either.LeftOperand, file) || IsTrue(either.RightOperand, file),
        // bool ok = true; return ok;
        ILocalReferenceOperation local => file.Flow.Writes(local.Local) is { Count: 1 } writes
            && writes[0].Value?.ConstantValue is { HasValue: true, Value: true },
        _ => false,
    };
}
