namespace RdsIamAspire;

/// <summary>
/// What is known of a question to a policy: a login may be known in part only, when a policy is judged before there is one.
/// </summary>
internal enum IamAnswer
{
    /// <summary>It does not hold, whatever the unknown parts are.</summary>
    No,

    /// <summary>It depends on parts that are not known.</summary>
    Maybe,

    /// <summary>It holds, whatever the unknown parts are.</summary>
    Yes,
}

internal static class IamAnswers
{
    /// <summary>The surest of the answers: one Yes is enough. No when there is none.</summary>
    internal static IamAnswer Any(this IEnumerable<IamAnswer> answers)
    {
        var best = IamAnswer.No;
        foreach (var answer in answers)
        {
            if (answer > best)
                best = answer;
        }

        return best;
    }

    /// <summary>The least of the answers: one No is enough. Yes when there is none.</summary>
    internal static IamAnswer All(this IEnumerable<IamAnswer> answers)
    {
        var worst = IamAnswer.Yes;
        foreach (var answer in answers)
        {
            if (answer < worst)
                worst = answer;
        }

        return worst;
    }

    internal static IamAnswer Not(this IamAnswer answer) => answer switch
    {
        IamAnswer.Yes => IamAnswer.No,
        IamAnswer.No => IamAnswer.Yes,
        _ => IamAnswer.Maybe,
    };

    internal static IamAnswer Of(bool holds) => holds ? IamAnswer.Yes : IamAnswer.No;
}
