using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RdsIamAspire;

/// <summary>One key of a condition with its operator and values.</summary>
/// <remarks>
/// Sources: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or values" (several
/// values: one is enough, for a negated operator none may match), "Single-valued vs. multivalued context keys".
/// </remarks>
internal sealed record IamCondition(IamConditionOperator Operator, string Key, IReadOnlyList<string> Values)
{
    /// <summary><c>StringEquals aws:PrincipalTag/team 'orders' or 'stock'</c></summary>
    public override string ToString()
    {
        var shown = string.Join(" or ", Values.Take(3).Select(value => $"'{value}'"));
        return $"{Operator.Name} {Key} {shown}{(Values.Count > 3 ? $" or {Values.Count - 3} more" : "")}";
    }

    /// <summary>Whether it holds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="variables">Whether <c>${…}</c> in a value are variables.</param>
    public IamAnswer Holds(IamRequest request, bool variables)
    {
        var key = request.Find(Key);
        if (key.State == IamKeyState.Unknown)
            return IamAnswer.Maybe;
        var absent = key.State == IamKeyState.Absent;
        if (Operator.Kind == IamValueKind.Existence)
            return IamAnswers.Of(Values.Any(value => bool.TryParse(value, out var wantsAbsent) && wantsAbsent == absent));
        if (absent)
            return IamAnswers.Of(Operator.IfExists || Operator.Set == IamSetOperator.ForAllValues
                || (Operator.Set == IamSetOperator.None && Operator.Negated));

        var resolver = variables && Operator.TakesVariables ? request : null;
        var answers = key.Values.Select(value => Satisfies(value, resolver));
        return Operator.Set == IamSetOperator.ForAllValues ? answers.All() : answers.Any();
    }

    /// <summary>Why it holds or not: the value that the request has.</summary>
    public string Seen(IamRequest request)
    {
        var key = request.Find(Key);
        return key.State switch
        {
            IamKeyState.Present => $"the value in the request is {string.Join(", ", key.Values.Select(value => $"'{value}'"))}",
            IamKeyState.Unknown => "the value is not known here",
            _ => $"the request has no {Key}{(IamConditionKeys.WhyAbsent(Key) is { } why ? $" ({why})" : "")}",
        };
    }

    /// <summary>The value that the operator cannot read, so that it never matches; null when it reads them all.</summary>
    public string? UnreadableValue => Values.FirstOrDefault(value => Operator.Kind switch
    {
        IamValueKind.Number => ReadNumber(value) is null,
        IamValueKind.Date => ReadDate(value) is null,
        IamValueKind.Boolean => !value.Contains(IamVariable.Start, StringComparison.Ordinal) && !bool.TryParse(value, out _),
        IamValueKind.Existence => !bool.TryParse(value, out _),
        IamValueKind.Binary => ReadBytes(value) is null,
        IamValueKind.IpAddress => ReadNetwork(value) is null,
        IamValueKind.Arn => value != "*" && (!value.StartsWith("arn:", StringComparison.Ordinal) || value.AsSpan().Count(':') < 5),
        _ => false,
    });

    private IamAnswer Satisfies(string actual, IamRequest? variables)
    {
        // A variable without a value makes the condition false, whichever way it asks.
        if (variables is not null && Operator.Negated && Values.Any(value => IamPattern.Exactly(value, variables).Unresolved is not null))
            return IamAnswer.No;
        var match = Values.Select(value => Matches(value, actual, variables)).Any();
        return Operator.Negated ? match.Not() : match;
    }

    private IamAnswer Matches(string wanted, string actual, IamRequest? variables) => Operator.Kind switch
    {
        IamValueKind.Text => IamPattern.Exactly(wanted, variables).Matches(actual),
        IamValueKind.TextIgnoringCase => IamPattern.Exactly(wanted, variables).Matches(actual, ignoreCase: true),
        IamValueKind.TextPattern => IamPattern.ForText(wanted, variables).Matches(actual),
        IamValueKind.Boolean => IamPattern.Exactly(wanted, variables).Matches(actual, ignoreCase: true),
        IamValueKind.Number => IamAnswers.Of(ReadNumber(wanted) is { } number && ReadNumber(actual) is { } is1
            && Compares(is1.CompareTo(number))),
        IamValueKind.Date => IamAnswers.Of(ReadDate(wanted) is { } date && ReadDate(actual) is { } is2 && Compares(is2.CompareTo(date))),
        IamValueKind.Binary => IamAnswers.Of(ReadBytes(wanted) is { } bytes
            && Encoding.UTF8.GetBytes(actual).AsSpan().SequenceEqual(bytes)),
        IamValueKind.IpAddress =>
            IamAnswers.Of(ReadNetwork(wanted) is { } network && IPAddress.TryParse(actual, out var address) && network.Contains(address)),
        IamValueKind.Arn => MatchesArn(wanted, actual, variables),
        _ => IamAnswer.No,
    };

    // Each of the six fields by itself, with wildcards that stay in their field.
    private static IamAnswer MatchesArn(string wanted, string actual, IamRequest? variables)
    {
        var (fields, values) = (SplitArn(wanted), actual.Split(':', 6));
        return fields.Count == 6 && values.Length == 6
            ? fields.Zip(values, (field, value) => IamPattern.ForText(field, variables).Matches(value)).All()
            : IamAnswers.Of(wanted == "*");
    }

    // At the first five colons that are not within a variable.
    private static List<string> SplitArn(string arn)
    {
        var (fields, begin, depth) = (new List<string>(), 0, 0);
        for (var at = 0; at < arn.Length; at++)
        {
            if (string.CompareOrdinal(arn, at, IamVariable.Start, 0, IamVariable.Start.Length) == 0)
                depth++;
            else if (arn[at] == '}' && depth > 0)
                depth--;
            else if (arn[at] == ':' && depth == 0 && fields.Count < 5)
                (fields, begin) = ([.. fields, arn[begin..at]], at + 1);
        }

        fields.Add(arn[begin..]);
        return fields;
    }

    private bool Compares(int order) => Operator.Comparison switch
    {
        IamComparison.Less => order < 0,
        IamComparison.LessOrEqual => order <= 0,
        IamComparison.Greater => order > 0,
        IamComparison.GreaterOrEqual => order >= 0,
        _ => order == 0,
    };

    private static decimal? ReadNumber(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    // W3C NOTE-datetime, or seconds since 1970; four digits are a year.
    private static DateTimeOffset? ReadDate(string text)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (text.Length > 4 && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
        }

        return DateTimeOffset.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, utc, out var date) ? date : null;
    }

    private static readonly string[] DateFormats =
    [
        "yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    private static byte[]? ReadBytes(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    // An address without a prefix is itself alone. The bits behind the prefix do not count, as in 203.0.113.5/24.
    private static IPNetwork? ReadNetwork(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var address))
            return null;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
            return null;
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bits; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
