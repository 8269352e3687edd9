namespace RdsIamAspire.Cli.Identity;

/// <summary>What a role's or user's policies say to one login, judged as the emulator judges them. Pure.</summary>
/// <param name="Allowed">Whether they let it in; Maybe when that depends on what is not known here.</param>
/// <param name="Reason">The statement and why.</param>
internal sealed record Simulation(IamAnswer Allowed, string Reason)
{
    /// <summary>Judges.</summary>
    /// <param name="held">The policies.</param>
    /// <param name="user">What is to be connected to.</param>
    /// <param name="now">When.</param>
    /// <exception cref="FormatException">A policy cannot be read.</exception>
    public static Simulation Of(HeldPolicies held, RdsDbUserArn user, DateTimeOffset now)
    {
        var request = IamRequest.Create(new IamDatabaseUser
        {
            Partition = user.Partition.Name,
            Region = user.Region,
            AccountId = user.AccountId,
            ResourceId = user.ResourceId,
            User = user.UserName,
        }, new IamPrincipal { Arn = held.Arn, Tags = held.Tags, IsComplete = false }, now);
        var own = IamDecision.Make([.. held.Policies.Select(policy => IamPolicyDocument.Parse(policy.Document))], request);
        if (held.Boundary is not { } boundary || own.Allowed == IamAnswer.No)
            return new(own.Allowed, Named(own.Reason, held));

        // IAM User Guide, "Permissions boundaries": what both allow is allowed.
        var limit = IamDecision.Make([IamPolicyDocument.Parse(boundary.Document)], request);
        return limit.Allowed == IamAnswer.Yes ? new(own.Allowed, Named(own.Reason, held))
            : new(limit.Allowed, $"the permissions boundary {boundary.Name}: {limit.Reason}");
    }

    // "of policy 2" of several is the name of that one.
    private static string Named(string reason, HeldPolicies held)
    {
        for (var i = held.Policies.Count; i > 0; i--)
            reason = reason.Replace($" of policy {i} ", $" of {held.Policies[i - 1].Name} ", StringComparison.Ordinal);
        return reason;
    }
}
