namespace RdsIamAspire;

/// <summary>Says of a resource in a policy what keeps it from being the database user's: the usual mistakes.</summary>
internal static class IamNearMiss
{
    private static readonly string[] Names = ["", "partition", "", "region", "account"];

    /// <summary>What the first part that differs tells; null when nothing does.</summary>
    internal static string? Find(IamPattern pattern, IamRequest request)
    {
        var text = pattern.Text;
        if (pattern.Unresolved is { } variable)
        {
            var why = IamConditionKeys.WhyAbsent(variable) is { } reason ? $" ({reason})" : "";
            return $"'{text}' matches nothing, as the request has no {variable}{why}";
        }

        if (!pattern.HasVariables && text.Contains(IamVariable.Start, StringComparison.Ordinal))
            return $"'{text}' is taken literally: only a policy with \"Version\": \"2012-10-17\" has variables";

        var (wanted, actual) = (text.Split(':', 6), request.Resource.Split(':', 6));
        if (wanted.Length < 6)
            return null;
        if (wanted[2] != "rds-db")
            return $"'{text}' is an ARN of the service '{wanted[2]}'; a database user's is of 'rds-db'";
        foreach (var field in (ReadOnlySpan<int>)[1, 3, 4])
        {
            if (IamPattern.ForText(wanted[field]).Matches(actual[field]) == IamAnswer.No)
                return $"'{text}' names the {Names[field]} '{wanted[field]}', the database's is '{actual[field]}'";
        }

        if (!wanted[5].StartsWith("dbuser:", StringComparison.Ordinal))
            return $"'{text}' has no ':dbuser:' with a colon before the resource id";
        return InUser(text, wanted[5]["dbuser:".Length..].Split('/', 2), actual[5]["dbuser:".Length..].Split('/', 2), request);
    }

    private static string InUser(string text, string[] want, string[] have, IamRequest request)
    {
        if (want.Length < 2)
            return $"'{text}' names no database user after the resource id ('…dbuser:{have[0]}/{have[1]}')";
        if (Pattern(want[0]).Matches(have[0]) == IamAnswer.No)
        {
            return RdsDbUserArn.HasResourceIdPrefix(want[0])
                ? $"'{text}' names the resource id '{want[0]}', the database's is '{have[0]}'"
                    + " (db-… an instance, cluster-… an Aurora cluster, prx-… a proxy)"
                : $"'{text}' names '{want[0]}', which looks like an instance or cluster name; the ARN needs the resource id '{have[0]}'";
        }

        var user = want[1].Contains(IamVariable.Start, StringComparison.Ordinal) ? Resolved(want[1], request) : want[1];
        return Pattern(want[1]).Matches(have[1], ignoreCase: true) != IamAnswer.No
            ? $"'{text}' differs in the case of the user name: '{user}' and '{have[1]}'"
            : $"'{text}' is for the user '{user}'{(user.EndsWith(' ') ? ", with a blank at its end" : "")}";

        IamPattern Pattern(string part) => IamPattern.ForText(part, request);
    }

    // What the variables of a text stand for here.
    private static string Resolved(string text, IamRequest request)
    {
        for (var at = text.IndexOf(IamVariable.Start, StringComparison.Ordinal); at >= 0; at = text.IndexOf(IamVariable.Start, at + 1,
            StringComparison.Ordinal))
        {
            if (!IamVariable.TryRead(text, at, out var variable, out _) || variable.Name is null)
                continue;
            var key = request.Find(variable.Name);
            if ((key.State == IamKeyState.Present ? key.Values[0] : variable.Default) is { } value)
                text = text[..at] + value + text[(at + variable.Length)..];
        }

        return text;
    }
}
