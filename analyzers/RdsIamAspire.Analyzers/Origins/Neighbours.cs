namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What stands beside a string and says whose it is: the other members of an object, the other arguments, a condition, a label, a
/// key.</summary>
internal static class Neighbours
{
    // A name or a key; what is longer, or has blanks, is a text.
    private const int LongestName = 64;

    /// <summary>What the operation around a string says of it.</summary>
    public static Leaning Around(IOperation parent, IOperation child) => parent switch
    {
        // { DbType = DbType.SqlServer, ConnectionString = "…" }, { { "SqlServer", "…" } }
        IObjectOrCollectionInitializerOperation initializer => First(initializer.Initializers, child, Member),
        IAnonymousObjectCreationOperation anonymous => First(anonymous.Initializers, child, Member),
        // (Db.SqlServer, "…")
        ITupleOperation tuple => First(tuple.Elements, child, Says),
        IConditionalOperation conditional when conditional.Condition != child =>
            Condition(conditional.Condition, holds: conditional.WhenTrue == child),
        ISwitchExpressionArmOperation arm when arm.Value == child => Pattern(arm.Pattern),
        ISwitchCaseOperation branch => First(branch.Clauses, child, Clause),
        IAttributeOperation { Operation: IObjectCreationOperation { Type.Name: var attribute } } => DatabaseNames.Of(attribute),
        _ => Leaning.Unknown,
    };

    /// <summary>What the other arguments of a call say, and its type arguments.</summary>
    public static Leaning Beside(Call call, int position) => call.Arguments.Where((_, i) => i != position)
        .Select(static argument => Says(argument.Value))
        .Concat((call.Method?.TypeArguments ?? ImmutableArray<ITypeSymbol>.Empty).Select(static type => DatabaseNames.Of(type.Name)))
        .FirstOrDefault(static said => said != Leaning.Unknown)
        // new ConnectionConfig("…") { DbType = DbType.SqlServer }
        .Or(() => call.Operation is IObjectCreationOperation { Initializer: { } initializer } ? Around(initializer, call.Operation)
            : Leaning.Unknown);

    /// <summary>What a value that names something says: a member of an enumeration, a type, a key, a short constant.</summary>
    public static Leaning Says(IOperation value) => Operations.Inner(value) switch
    {
        // DataType.MySql, Db.SqlServer; of a type such as MySqlSslMode, the member says nothing and the type all.
        IFieldReferenceOperation { Field: { ContainingType.TypeKind: TypeKind.Enum } member } =>
            DatabaseNames.Of(member.Name).Or(() => DatabaseNames.Of(member.ContainingType.Name)),
        ITypeOfOperation type => DatabaseNames.Of(type.TypeOperand.Name),
        IMemberReferenceOperation { Instance: { } of, Member.Name: "Instance" or "Factory" } => DatabaseNames.Of(of.Type?.Name),
        IFieldReferenceOperation { Field: { IsStatic: true, ConstantValue: null } field } =>
            DatabaseNames.Of(field.ContainingType.Name).Or(() => DatabaseNames.Of(field.Name)),
        IPropertyReferenceOperation { Property: { IsStatic: true } property } =>
            DatabaseNames.Of(property.Name).Or(() => DatabaseNames.Of(property.ContainingType.Name)),
        IObjectCreationOperation { Type.Name: var made } => DatabaseNames.Of(made),
        IInvalidOperation { Syntax: { Span.Length: < LongestName } syntax } when syntax.ToString() is var text && text.IndexOf('(') < 0 =>
            DatabaseNames.Of(text),
        { ConstantValue: { HasValue: true, Value: string { Length: > 0 and <= LongestName } constant } }
            when !constant.Any(static c => char.IsWhiteSpace(c) || c is '=' or '/' or '@') => DatabaseNames.Of(constant),
        _ => Leaning.Unknown,
    };

    // Another member of the same object; the elements of a dictionary say nothing of one another.
    private static Leaning Member(IOperation sibling) =>
        sibling is ISimpleAssignmentOperation { Target: IMemberReferenceOperation target, Value: var value }
        && target is not IPropertyReferenceOperation { Arguments.Length: > 0 } ? Says(value) : Leaning.Unknown;

    // kind == "SqlServer", kind is not Db.MySql, !provider.Equals("mysql"), useMySql; whether it holds where the string stands, or not.
    private static Leaning Condition(IOperation condition, bool holds) => Operations.Inner(condition) switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => Condition(not.Operand, !holds),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equal => If(
            Says(equal.LeftOperand).Or(() => Says(equal.RightOperand)), holds == (equal.OperatorKind == BinaryOperatorKind.Equals)),
        // Where both must hold, or neither may, each says something.
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } when !holds => Leaning.Unknown,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both =>
            Condition(both.LeftOperand, holds).Or(() => Condition(both.RightOperand, holds)),
        IIsPatternOperation { Pattern: INegatedPatternOperation negated } => If(Pattern(negated.Pattern), !holds),
        IIsPatternOperation match => If(Pattern(match.Pattern), holds),
        IIsTypeOperation type => If(DatabaseNames.Of(type.TypeOperand.Name), holds),
        IInvocationOperation call => If(call.Arguments.Select(static argument => Says(argument.Value))
            .FirstOrDefault(static said => said != Leaning.Unknown).Or(() => DatabaseNames.Of(call.TargetMethod.Name)), holds),
        var other => If(DatabaseNames.Of(Operations.Symbol(other)?.Name), holds),
    };

    // What is not MySQL is another; what is not one of the others may be any.
    private static Leaning If(Leaning said, bool holds) => holds ? said : said == Leaning.MySql ? Leaning.Other : Leaning.Unknown;

    private static Leaning Clause(IOperation clause) => clause switch
    {
        ISingleValueCaseClauseOperation single => Says(single.Value),
        IPatternCaseClauseOperation matching => Pattern(matching.Pattern),
        _ => Leaning.Unknown,
    };

    private static Leaning Pattern(IOperation pattern) => pattern switch
    {
        IConstantPatternOperation constant => Says(constant.Value),
        IBinaryPatternOperation either => Pattern(either.LeftPattern).Or(() => Pattern(either.RightPattern)),
        ITypePatternOperation type => DatabaseNames.Of(type.MatchedType.Name),
        IDeclarationPatternOperation declared => DatabaseNames.Of(declared.MatchedType?.Name),
        _ => Leaning.Unknown,
    };

    private static Leaning First(IEnumerable<IOperation> operations, IOperation without, Func<IOperation, Leaning> says) =>
        operations.Where(each => each != without).Select(says).FirstOrDefault(static said => said != Leaning.Unknown);
}
