using System.Diagnostics.CodeAnalysis;

namespace RdsIamAspire;

/// <summary>A condition operator as it is written: <c>ForAnyValue:StringNotLikeIfExists</c>.</summary>
/// <remarks>Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".</remarks>
internal sealed record IamConditionOperator
{
    private const string ForAllValues = "ForAllValues:";
    private const string ForAnyValue = "ForAnyValue:";
    private const string IfExistsSuffix = "IfExists";

    private static readonly Dictionary<string, (IamValueKind Kind, IamComparison Comparison, bool Negated)> Known = Build();

    private IamConditionOperator(string name) => Name = name;

    /// <summary>As it is written.</summary>
    public string Name { get; }

    public required IamValueKind Kind { get; init; }
    public required IamComparison Comparison { get; init; }

    /// <summary>Whether it asks that nothing matches.</summary>
    public required bool Negated { get; init; }

    public required IamSetOperator Set { get; init; }

    /// <summary>Whether a key that is not there makes it true.</summary>
    public required bool IfExists { get; init; }

    /// <summary>Whether a value may hold policy variables. The others take <c>${…}</c> as it is written.</summary>
    public bool TakesVariables => Kind is IamValueKind.Text or IamValueKind.TextIgnoringCase or IamValueKind.TextPattern
        or IamValueKind.Arn or IamValueKind.Boolean;

    internal static bool TryRead(string name, [NotNullWhen(true)] out IamConditionOperator? read, [NotNullWhen(false)] out string? problem)
    {
        (read, problem) = (null, null);
        var rest = name;
        var set = IamSetOperator.None;
        if (rest.StartsWith(ForAllValues, StringComparison.OrdinalIgnoreCase))
            (set, rest) = (IamSetOperator.ForAllValues, rest[ForAllValues.Length..]);
        else if (rest.StartsWith(ForAnyValue, StringComparison.OrdinalIgnoreCase))
            (set, rest) = (IamSetOperator.ForAnyValue, rest[ForAnyValue.Length..]);
        var ifExists = rest.EndsWith(IfExistsSuffix, StringComparison.OrdinalIgnoreCase);
        if (ifExists)
            rest = rest[..^IfExistsSuffix.Length];

        if (!Known.TryGetValue(rest, out var known))
        {
            problem = rest.Contains(':', StringComparison.Ordinal)
                ? $"'{name}' is no condition operator; before a colon stands ForAnyValue or ForAllValues"
                : $"'{name}' is no condition operator{Spelling.Suggestion(rest, Known.Keys)}";
            return false;
        }

        if (ifExists && known.Kind == IamValueKind.Existence)
        {
            problem = "Null asks whether the key exists, so IfExists has no meaning with it; write Null";
            return false;
        }

        read = new(name) { Kind = known.Kind, Comparison = known.Comparison, Negated = known.Negated, Set = set, IfExists = ifExists };
        return true;
    }

    private static Dictionary<string, (IamValueKind Kind, IamComparison Comparison, bool Negated)> Build()
    {
        var all = new Dictionary<string, (IamValueKind, IamComparison, bool)>(StringComparer.OrdinalIgnoreCase)
        {
            ["StringEquals"] = (IamValueKind.Text, IamComparison.Equal, false),
            ["StringNotEquals"] = (IamValueKind.Text, IamComparison.Equal, true),
            ["StringEqualsIgnoreCase"] = (IamValueKind.TextIgnoringCase, IamComparison.Equal, false),
            ["StringNotEqualsIgnoreCase"] = (IamValueKind.TextIgnoringCase, IamComparison.Equal, true),
            ["StringLike"] = (IamValueKind.TextPattern, IamComparison.Equal, false),
            ["StringNotLike"] = (IamValueKind.TextPattern, IamComparison.Equal, true),
            ["Bool"] = (IamValueKind.Boolean, IamComparison.Equal, false),
            ["BinaryEquals"] = (IamValueKind.Binary, IamComparison.Equal, false),
            ["IpAddress"] = (IamValueKind.IpAddress, IamComparison.Equal, false),
            ["NotIpAddress"] = (IamValueKind.IpAddress, IamComparison.Equal, true),
            ["ArnEquals"] = (IamValueKind.Arn, IamComparison.Equal, false),
            ["ArnLike"] = (IamValueKind.Arn, IamComparison.Equal, false),
            ["ArnNotEquals"] = (IamValueKind.Arn, IamComparison.Equal, true),
            ["ArnNotLike"] = (IamValueKind.Arn, IamComparison.Equal, true),
            ["Null"] = (IamValueKind.Existence, IamComparison.Equal, false),
        };
        foreach (var (prefix, kind) in (ReadOnlySpan<(string, IamValueKind)>)[("Numeric", IamValueKind.Number),
            ("Date", IamValueKind.Date)])
        {
            all[prefix + "Equals"] = (kind, IamComparison.Equal, false);
            all[prefix + "NotEquals"] = (kind, IamComparison.Equal, true);
            all[prefix + "LessThan"] = (kind, IamComparison.Less, false);
            all[prefix + "LessThanEquals"] = (kind, IamComparison.LessOrEqual, false);
            all[prefix + "GreaterThan"] = (kind, IamComparison.Greater, false);
            all[prefix + "GreaterThanEquals"] = (kind, IamComparison.GreaterOrEqual, false);
        }

        return all;
    }
}

/// <summary>What an operator compares.</summary>
internal enum IamValueKind
{
    Text,
    TextIgnoringCase,
    TextPattern,
    Number,
    Date,
    Boolean,
    Binary,
    IpAddress,
    Arn,
    Existence,
}

/// <summary>How the request's value has to stand to the policy's.</summary>
internal enum IamComparison
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>How the values of a multivalued key are taken together.</summary>
internal enum IamSetOperator
{
    None,
    ForAllValues,
    ForAnyValue,
}
