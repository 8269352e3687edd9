namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM009: the certificate callback of a MySQL connection accepts everything.</summary>
internal static class AcceptAllCertificatesRule
{
    /// <summary>The names that a file must have for the rule to look.</summary>
    public static readonly string[] Names = ["RemoteCertificateValidationCallback", "UseRemoteCertificateValidationCallback"];

    public static Diagnostic? Judge(IOperation named, SourceFile file)
    {
        switch (named)
        {
            case IPropertyReferenceOperation property
                when DriverTypes.IsConnection(property.Instance?.Type) && property.Parent is IAssignmentOperation assignment
                && assignment.Target == property:
                return AcceptsAll(assignment.Value, file, 0)
                    ? Diagnostic.Create(Descriptors.AcceptAllCertificates, assignment.Syntax.GetLocation(), property.Property.Name) : null;
            case IInvocationOperation { Arguments.Length: 1 } call
                when DriverTypes.IsDataSourceBuilder(call.Instance?.Type) && AcceptsAll(call.Arguments[0].Value, file, 0):
                return Diagnostic.Create(Descriptors.AcceptAllCertificates,
                    Location.Create(call.Syntax.SyntaxTree, file.Language.NameOf(call.Syntax, nameOnly: false)), call.TargetMethod.Name);
            case IInvalidOperation when Call.Of(named) is { Name: "UseRemoteCertificateValidationCallback", Arguments.Count: 1 } call
                && AcceptsAll(call.Arguments[0].Value, file, 0):
                return Diagnostic.Create(Descriptors.AcceptAllCertificates,
                    Location.Create(named.Syntax.SyntaxTree, file.Language.NameOf(named.Syntax, nameOnly: false)), call.Name);
            case IInvalidOperation unresolved
                when Setting.OfTarget(unresolved) is { } setting && DriverTypes.IsConnection(setting.ReceiverType):
                return AcceptsAll(setting.Value, file, 0) ? Diagnostic.Create(Descriptors.AcceptAllCertificates, setting.Whole.GetLocation(), setting.Key) : null;
            default: return null;
        }
    }

    private static bool AcceptsAll(IOperation callback, SourceFile file, int depth)
    {
        callback = Operations.Inner(callback);
        switch (callback)
        {
            case IAnonymousFunctionOperation lambda: return ReturnsTrueOnly(lambda.Body, file);
            case IMethodReferenceOperation { Method.DeclaringSyntaxReferences: { Length: 1 } references }
                when references[0].SyntaxTree == file.Root.SyntaxTree:
                return file.OperationOf(references[0].GetSyntax(file.CancellationToken)) is { } body
                    && ReturnsTrueOnly(body is ILocalFunctionOperation { Body: { } inner } ? inner : body, file);
            default:
                return depth < 3 && Operations.Symbol(callback) is { } symbol && file.Flow.Writes(symbol) is { Count: 1 } writes
                    && writes[0].Value is { } value && AcceptsAll(value, file, depth + 1);
        }
    }

    private static bool ReturnsTrueOnly(IOperation body, SourceFile file)
    {
        var returns = Operations.Returns(body).ToArray();
        return returns.Length > 0 && returns.All(each => each.ReturnedValue is { } value && IsTrue(value, file)) && !Throws(body);
    }

    private static bool Throws(IOperation operation) => operation.ChildOperations.Any(child => child is IThrowOperation || Throws(child));

    private static bool IsTrue(IOperation value, SourceFile file)
    {
        value = Operations.Inner(value);
        if (value.ConstantValue is { HasValue: true, Value: true })
            return true;
        return value switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } either =>
                IsTrue(either.LeftOperand, file) || IsTrue(either.RightOperand, file),
            // bool ok = true; return ok;
            ILocalReferenceOperation local => file.Flow.Writes(local.Local) is { Count: 1 } writes
                && writes[0].Value?.ConstantValue is { HasValue: true, Value: true },
            _ => false,
        };
    }
}
