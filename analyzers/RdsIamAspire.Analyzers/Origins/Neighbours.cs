namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What stands beside a string and says whose it is: the other members of an object, the other arguments, a condition, a label, a
/// key.</summary>
internal static class Neighbours
{
    // A name or a key; what is longer, or has blanks, is a text.
    private const int LongestName = 64;

    /// <summary>What the operation around a string says of it.</summary>
    public static Leaning Around(IOperation parent, IOperation child)
    {
        switch (parent)
        {
            // { DbType = DbType.SqlServer, ConnectionString = "…" }, { { "SqlServer", "…" } }
            case IObjectOrCollectionInitializerOperation initializer: return First(initializer.Initializers, child, Member);
            case IAnonymousObjectCreationOperation anonymous: return First(anonymous.Initializers, child, Member);
            // (Db.SqlServer, "…")
            case ITupleOperation tuple: return First(tuple.Elements, child, Says);
            case IConditionalOperation conditional when conditional.Condition != child:
                return Condition(conditional.Condition, holds: conditional.WhenTrue == child);
            case ISwitchExpressionArmOperation arm when arm.Value == child: return Pattern(arm.Pattern);
            case ISwitchCaseOperation branch: return First(branch.Clauses, child, Clause);
            case IAttributeOperation { Operation: IObjectCreationOperation { Type.Name: var attribute } }:
                return DatabaseNames.Of(attribute);
            default: return Leaning.Unknown;
        }
    }

    /// <summary>What the other arguments of a call say, and its type arguments.</summary>
    public static Leaning Beside(Call call, int position)
    {
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (i != position && Says(call.Arguments[i].Value) is var said && said != Leaning.Unknown)
                return said;
        }

        foreach (var type in call.Method?.TypeArguments ?? ImmutableArray<ITypeSymbol>.Empty)
        {
            if (DatabaseNames.Of(type.Name) is var said && said != Leaning.Unknown)
                return said;
        }

        // new ConnectionConfig("…") { DbType = DbType.SqlServer }
        return call.Operation is IObjectCreationOperation { Initializer: { } initializer } ? Around(initializer, call.Operation)
            : Leaning.Unknown;
    }

    /// <summary>What a value that names something says: a member of an enumeration, a type, a key, a short constant.</summary>
    public static Leaning Says(IOperation value)
    {
        value = Operations.Inner(value);
        switch (value)
        {
            case IFieldReferenceOperation { Field: { ContainingType.TypeKind: TypeKind.Enum } member }: return Named(member);
            case ITypeOfOperation type: return DatabaseNames.Of(type.TypeOperand.Name);
            case IMemberReferenceOperation { Instance: { } of, Member.Name: "Instance" or "Factory" }:
                return DatabaseNames.Of(of.Type?.Name);
            case IFieldReferenceOperation { Field: { IsStatic: true, ConstantValue: null } field }:
                return DatabaseNames.Of(field.ContainingType.Name) is var owner && owner != Leaning.Unknown ? owner
                    : DatabaseNames.Of(field.Name);
            case IPropertyReferenceOperation { Property: { IsStatic: true } property }:
                return DatabaseNames.Of(property.Name) is var own && own != Leaning.Unknown ? own
                    : DatabaseNames.Of(property.ContainingType.Name);
            case IObjectCreationOperation { Type.Name: var made }: return DatabaseNames.Of(made);
            case IInvalidOperation
                when value.Syntax.Span.Length < LongestName && value.Syntax.ToString() is var text && text.IndexOf('(') < 0:
                return DatabaseNames.Of(text);
        }

        if (value.ConstantValue is { HasValue: true, Value: string constant } && constant.Length <= LongestName && IsName(constant))
            return DatabaseNames.Of(constant);
        return Leaning.Unknown;
    }

    // Another member of the same object; the elements of a dictionary say nothing of one another.
    private static Leaning Member(IOperation sibling) =>
        sibling is ISimpleAssignmentOperation { Target: IMemberReferenceOperation target, Value: var value }
        && target is not IPropertyReferenceOperation { Arguments.Length: > 0 } ? Says(value) : Leaning.Unknown;

    // DataType.MySql, Db.SqlServer; of a type such as MySqlSslMode, the member says nothing and the type all.
    private static Leaning Named(IFieldSymbol member) =>
        DatabaseNames.Of(member.Name) is var said && said != Leaning.Unknown ? said : DatabaseNames.Of(member.ContainingType.Name);

    // kind == "SqlServer", kind is not Db.MySql, !provider.Equals("mysql"), useMySql; whether it holds where the string stands, or not.
    private static Leaning Condition(IOperation condition, bool holds)
    {
        condition = Operations.Inner(condition);
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not: return Condition(not.Operand, !holds);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equal:
                return If(Says(equal.LeftOperand) is var left && left != Leaning.Unknown ? left : Says(equal.RightOperand),
                    holds == (equal.OperatorKind == BinaryOperatorKind.Equals));
            // Where both must hold, or neither may, each says something.
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both:
                return !holds && both.OperatorKind == BinaryOperatorKind.ConditionalAnd ? Leaning.Unknown
                    : Condition(both.LeftOperand, holds) is var first && first != Leaning.Unknown ? first
                    : Condition(both.RightOperand, holds);
            case IIsPatternOperation match:
                return match.Pattern is INegatedPatternOperation negated ? If(Pattern(negated.Pattern), !holds)
                    : If(Pattern(match.Pattern), holds);
            case IIsTypeOperation type: return If(DatabaseNames.Of(type.TypeOperand.Name), holds);
            case IInvocationOperation call:
                foreach (var argument in call.Arguments)
                {
                    if (Says(argument.Value) is var said && said != Leaning.Unknown)
                        return If(said, holds);
                }

                return If(DatabaseNames.Of(call.TargetMethod.Name), holds);
            default: return If(DatabaseNames.Of(Operations.Symbol(condition)?.Name), holds);
        }
    }

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
        IBinaryPatternOperation either => Pattern(either.LeftPattern) is var left && left != Leaning.Unknown ? left
            : Pattern(either.RightPattern),
        ITypePatternOperation type => DatabaseNames.Of(type.MatchedType.Name),
        IDeclarationPatternOperation declared => DatabaseNames.Of(declared.MatchedType?.Name),
        _ => Leaning.Unknown,
    };

    private static Leaning First(IEnumerable<IOperation> operations, IOperation without, Func<IOperation, Leaning> says) =>
        operations.Where(each => each != without).Select(each => says(each)).FirstOrDefault(static said => said != Leaning.Unknown);

    private static bool IsName(string text)
    {
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || c is '=' or '/' or '@')
                return false;
        }

        return text.Length > 0;
    }
}
