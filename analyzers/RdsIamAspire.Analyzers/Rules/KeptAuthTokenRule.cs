namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM007: an auth token is made once and kept where it outlives its fifteen minutes.</summary>
/// <remarks>Source: Amazon RDS User Guide, "IAM database authentication": each token has a lifetime of 15 minutes.</remarks>
internal static class KeptAuthTokenRule
{
    private const string InString = "a connection string";

    public static Diagnostic? Judge(IOperation named, SourceFile file) =>
        MakesToken(named) && Keeper(named, file, 0) is { } keeper
            ? Diagnostic.Create(Descriptors.KeptAuthToken, named.Syntax.GetLocation(), keeper) : null;

    // Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken[Async], RdsIamAspire.RdsAuthTokenSource.GetTokenAsync
    private static bool MakesToken(IOperation operation) => Call.Of(operation) switch
    {
        null => false,
        { Name: "GetTokenAsync" } call => call.Receiver?.Type is { Name: "RdsAuthTokenSource", ContainingNamespace.Name: "RdsIamAspire" },
        { Type: { } type } => type.Name == "RDSAuthTokenGenerator",
        var call => call.ReceiverText.EndsWith("RDSAuthTokenGenerator", StringComparison.Ordinal),
    };

    // What keeps the value of an operation, in words; null when it is used at once or made anew for each login.
    private static string? Keeper(IOperation value, SourceFile file, int depth)
    {
        for (var node = value; node.Parent is { } parent; node = parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation lambda: return LambdaKeeper(lambda);
                // {token.Length}, {token.ExpiresAt}: not the token.
                case IPropertyReferenceOperation { Property.Name: "Length" or "ExpiresAt" or "IssuedAt" } property
                    when property.Instance == node:
                    return null;
                case IBinaryOperation or IInterpolationOperation or IInterpolatedStringAppendOperation:
                    return PasswordAt(file.Strings.Compose(Top(parent)), value) ? InString : parent is IBinaryOperation ? null
                        : Keeper(Top(parent), file, depth);
                case IArgumentOperation or IInvalidOperation or IDynamicInvocationOperation when Call.Taking(node) is { } taken:
                    if (StringMethods.Composes(taken.Call.Operation) || StringMethods.Appends(taken.Call.Operation))
                        return PasswordAt(file.Strings.Around(value), value) ? InString : null;
                    if (taken.Call.Name is "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton")
                        return "a singleton";
                    if (taken.Call.Arguments[0].Value is { } key && taken.Position == 1 && Setting.OfKey(key) is { } added)
                        return SettingKeys.IsPassword(added.Key) ? InString : null;
                    if (!taken.Call.IsCreation)
                        return null;
                    break;
                case IAssignmentOperation assignment when assignment.Value == node: return TargetKeeper(assignment, file, depth);
                case IVariableInitializerOperation when BuilderUses.VariableOf(node) is ILocalSymbol local:
                    return depth < 3 ? UsesKeep(local, file, depth) : null;
                case IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields }:
                    return fields[0].IsStatic ? "a static field" : "a field that is set once";
                case IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties }:
                    return properties[0].IsStatic ? "a static property" : "a property that is set once";
                case IReturnOperation or IBlockOperation or IExpressionStatementOperation:
                    return parent is not IExpressionStatementOperation && EnclosingLambda(parent) is { } around ? LambdaKeeper(around)
                        : null;
            }
        }

        return null;
    }

    // The lambda whose value a return gives.
    private static IAnonymousFunctionOperation? EnclosingLambda(IOperation operation) => Operations.Upwards(operation)
        .SkipWhile(static each => each is IReturnOperation or IBlockOperation).FirstOrDefault() as IAnonymousFunctionOperation;

    private static IOperation Top(IOperation part)
    {
        while (part.Parent is IBinaryOperation or IInterpolationOperation or IInterpolatedStringOperation
            or IInterpolatedStringAppendOperation or IConversionOperation
            || part is IInterpolationOperation or IInterpolatedStringAppendOperation)
            part = part.Parent!;
        return part;
    }

    // A lambda makes its value anew each time it is called, unless it is called once for good.
    private static string? LambdaKeeper(IAnonymousFunctionOperation lambda) => Call.Taking(lambda) is not { } taken ? null
        : taken.Call.Name switch
        {
            "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" => "a singleton",
            "Lazy" or "AsyncLazy" when taken.Call.IsCreation => "a Lazy",
            _ => null,
        };

    private static string? TargetKeeper(IAssignmentOperation assignment, SourceFile file, int depth)
    {
        if (Setting.OfTarget(assignment.Target) is { } setting
            && (setting.KeyOperation is not null ? SettingKeys.IsPassword(setting.Key) : setting.Key == "Password"
            && (DriverTypes.IsBuilder(setting.ReceiverType) || setting.ReceiverType is IErrorTypeSymbol)))
            return InString;
        switch (Operations.Symbol(assignment.Target))
        {
            case IFieldSymbol { IsStatic: true }: return "a static field";
            case IPropertySymbol { IsStatic: true }: return "a static property";
            // _token ??= …; _token = …, in the constructor and nowhere else
            case IFieldSymbol field when assignment is ICoalesceAssignmentOperation || IsSetOnce(field, assignment, file):
                return "a field that is set once";
            case IPropertySymbol property when assignment is ICoalesceAssignmentOperation || IsSetOnce(property, assignment, file):
                return "a property that is set once";
            case ILocalSymbol local when depth < 3: return UsesKeep(local, file, depth);
            default: return null;
        }
    }

    private static bool IsSetOnce(ISymbol member, IOperation assignment, SourceFile file) => IsInConstructor(assignment)
        && member.ContainingType.DeclaringSyntaxReferences.Length == 1 && file.Flow.References(member).All(static reference =>
            reference.Parent is not IAssignmentOperation other || other.Target != reference || IsInConstructor(other));

    private static bool IsInConstructor(IOperation operation) => Operations.Upwards(operation).FirstOrDefault(static each =>
        each is IAnonymousFunctionOperation or ILocalFunctionOperation or IConstructorBodyOperation) is IConstructorBodyOperation;

    private static string? UsesKeep(ILocalSymbol token, SourceFile file, int depth) => file.Flow.References(token)
        .Where(static use => !ValueFlow.IsTarget(use))
        .Select(use => IsCapturedByProvider(use, token) ? "a password callback, which gives it out again and again"
            : Keeper(use, file, depth + 1))
        .FirstOrDefault(static keeper => keeper is not null);

    // The driver calls these for each login: a token from outside of them is the same one each time.
    private static bool IsCapturedByProvider(IOperation use, ILocalSymbol token)
    {
        var declared = token.Locations[0].SourceSpan;
        return Operations.Upwards(use).OfType<IAnonymousFunctionOperation>()
            .TakeWhile(lambda => !lambda.Syntax.Span.Contains(declared))
            .Any(static lambda => Call.Taking(lambda) is { Call.Name: "UsePeriodicPasswordProvider" }
                || Operations.Taker(lambda) is ISimpleAssignmentOperation
                {
                    Target: IPropertyReferenceOperation { Property.Name: "ProvidePasswordCallback" },
                });
    }

    // Whether the run-time part that a value is stands after "Password=".
    private static bool PasswordAt(StringValue composed, IOperation value) =>
        composed.Parsed.Pairs.Any(pair => pair.Kind == MySqlKey.Password && composed.Parts.Any(part =>
            part.Kind == StringPartKind.Hole && part.Start >= pair.ValueStart && part.Start < pair.ValueEnd
            && part.Node.Span.Contains(value.Syntax.Span)));
}
