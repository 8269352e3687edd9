namespace RdsIamAspire.Cli.Grants;

/// <summary>What an account has now, as the server says it.</summary>
/// <param name="Accounts">The user's accounts, each with its host.</param>
/// <param name="Privileges">The account's privileges by database, in capitals.</param>
internal sealed record GrantedNow(
    IReadOnlyList<RdsDatabaseAccount> Accounts, IReadOnlyDictionary<string, IReadOnlySet<string>> Privileges);

/// <summary>A line of the difference: a statement to run, or what stays.</summary>
/// <param name="Statement">The statement; null for what stays as it is.</param>
/// <param name="What">In words.</param>
internal sealed record GrantStep(string? Statement, string What);

/// <summary>What is missing between an account and what it is to be. Pure.</summary>
internal static class GrantPlan
{
    /// <summary>The steps; none of them has a statement when all is as it should be.</summary>
    /// <param name="request">What is to be.</param>
    /// <param name="now">What is.</param>
    /// <exception cref="InvalidOperationException">The account may not be altered; the message says why.</exception>
    public static IReadOnlyList<GrantStep> Between(RdsGrantRequest request, GrantedNow now)
    {
        // Create user, then require TLS, then a statement for each database.
        var statements = RdsGrantScript.CreateStatements(request with { IfNotExists = false, AlterExisting = false });
        var account = now.Accounts.SingleOrDefault(account => account.Host == request.Host);
        if (now.Accounts.Any(account => account.IsAdministrator))
        {
            throw new InvalidOperationException($"'{request.User}' is an administrator of this server: making it an IAM user could lock"
                + " everybody out. Give the application a user of its own");
        }

        var steps = new List<GrantStep>();
        var name = $"'{request.User}'@'{request.Host}'";
        switch (account)
        {
            case null:
                steps.Add(new(statements[0], $"{name} is made, and logs in with tokens"));
                steps.Add(new(statements[1], "TLS is required of it"));
                break;
            case { Plugin: not RdsGrantScript.Plugin } when !request.AlterExisting:
                throw new InvalidOperationException($"{name} is there and logs in with {account.Plugin}; --alter makes it log in with"
                    + " tokens, and takes its password away");
            case { Plugin: not RdsGrantScript.Plugin }:
                steps.Add(new(RdsGrantScript.CreateStatements(request with { AlterExisting = true })[1],
                    $"{name} had {account.Plugin}, which no longer works; it logs in with tokens over TLS"));
                break;
            case { RequiresTls: false }:
                steps.Add(new(statements[1], $"TLS is required of {name}"));
                break;
            default:
                steps.Add(new(null, $"{name} logs in with tokens, over TLS"));
                break;
        }

        if (account is { IsLocked: true })
            steps.Add(new(null, $"{name} is locked, and stays so"));
        for (var i = 0; i < request.Databases.Count; i++)
        {
            var database = request.Databases[i];
            var wanted = MySqlPrivileges.Normalize(request.Privileges).ToHashSet(StringComparer.Ordinal);
            var has = now.Privileges.TryGetValue(database, out var privileges) ? privileges : new HashSet<string>();
            var all = MySqlPrivileges.Normalize(["ALL"]);
            var missing = wanted.SetEquals(all) ? (has.Count >= AllAtDatabaseLevel ? [] : wanted.ToList())
                : wanted.Where(privilege => !has.Contains(privilege)).ToList();
            if (missing.Count > 0)
                steps.Add(new(statements[2 + i], $"{string.Join(", ", missing.Order(StringComparer.Ordinal))} on '{database}'"));
            else
                steps.Add(new(null, $"{string.Join(", ", wanted.Order(StringComparer.Ordinal))} on '{database}'"));
            var more = wanted.SetEquals(all) ? [] : has.Except(wanted).Order(StringComparer.Ordinal).ToList();
            if (more.Count > 0)
                steps.Add(new(null, $"{string.Join(", ", more)} on '{database}' beyond what was asked for, which is kept"));
        }

        foreach (var other in now.Accounts.Where(other => other.Host != request.Host && !other.UsesIam))
        {
            steps.Add(new(null, $"'{request.User}'@'{other.Host}' is another account, which logs in with {other.Plugin}:"
                + " from there it is the one that counts"));
        }

        return steps;
    }

    // MySQL Reference Manual, "Privileges Provided by MySQL": what ALL means for a database, without GRANT OPTION.
    private const int AllAtDatabaseLevel = 18;
}
