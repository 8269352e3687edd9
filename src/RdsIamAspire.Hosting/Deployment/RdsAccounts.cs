using Aspire.Hosting;
using MySqlConnector;
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Deployment;

/// <summary>The accounts of an endpoint's users on the server: looked at before they are made, made, and looked at again.</summary>
internal static class RdsAccounts
{
    /// <summary>Makes every user, or none where one of them is not to be altered.</summary>
    /// <param name="connection">A session of the master user.</param>
    /// <param name="users">The users, with the names of their databases.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What became of each user.</returns>
    /// <exception cref="DistributedApplicationException">
    /// A user is an administrator, or could not log in with a token although it was made.
    /// </exception>
    internal static async Task<IReadOnlyList<MadeUser>> MakeAsync(
        MySqlConnection connection,
        IReadOnlyList<LocalUser> users,
        CancellationToken cancellationToken)
    {
        var before = new Dictionary<string, IReadOnlyList<RdsDatabaseAccount>>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            before[user.User] = await ReadAsync(connection, user.User, cancellationToken).ConfigureAwait(false);
            if (before[user.User].Any(static account => account.IsAdministrator))
            {
                throw new DistributedApplicationException(
                    $"'{user.User}' is an administrator of this server, and making it an IAM user would take its password away: nothing "
                        + "was changed. Give the application a user of its own.");
            }
        }

        var made = new List<MadeUser>(users.Count);
        foreach (var user in users)
        {
            foreach (var statement in RdsGrantScript.CreateStatements(user.ToGrant()))
            {
                using var command = new MySqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            made.Add(Judge(user, before[user.User], await ReadAsync(connection, user.User, cancellationToken).ConfigureAwait(false)));
        }

        return made;
    }

    /// <summary>What became of a user, by its accounts before and after.</summary>
    /// <exception cref="DistributedApplicationException">Its account is not one that logs in with tokens.</exception>
    internal static MadeUser Judge(LocalUser user, IReadOnlyList<RdsDatabaseAccount> before, IReadOnlyList<RdsDatabaseAccount> after)
    {
        var host = user.ToGrant().Host;
        var account = after.SingleOrDefault(account => account.Host == host);
        if (account is not { UsesIam: true })
        {
            throw new DistributedApplicationException($"'{user.User}'@'{host}' cannot log in with an IAM token: " + account switch
            {
                null => "the server does not have it after it was created.",
                { IsLocked: true } => $"it is locked. If that is not meant: ALTER USER `{user.User}`@`{host}` ACCOUNT UNLOCK.",
                { RequiresTls: false } => "TLS is not required of it.",
                _ => $"the server checks it with {account.Plugin}.",
            });
        }

        return new(
            user.User,
            before.SingleOrDefault(account => account.Host == host) switch
            {
                null => "created",
                { UsesIam: true } => "as it was",
                { Plugin: RdsGrantScript.Plugin } => "altered: TLS is required now",
                var other => $"altered: it had a password ({other.Plugin}), which no longer works",
            },
            // The server takes the most specific host that fits, so that one of these keeps the token's user out from there.
            [.. after.Where(account => account.Host != host && !account.UsesIam).Select(account => $"'{user.User}'@'{account.Host}'")]);
    }

    private static async Task<IReadOnlyList<RdsDatabaseAccount>> ReadAsync(
        MySqlConnection connection,
        string user,
        CancellationToken cancellationToken)
    {
        using var command = new MySqlCommand(RdsGrantScript.CreateAccountQuery(user), connection);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        var accounts = new List<RdsDatabaseAccount>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            accounts.Add(new(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4)));
        }

        return accounts;
    }
}

/// <summary>What a deployment did to a user.</summary>
/// <param name="User">The user.</param>
/// <param name="What">Created, altered and from what, or as it was.</param>
/// <param name="WithoutTokens">Its accounts for particular hosts that do not log in with tokens, and are matched first from there.</param>
internal sealed record MadeUser(string User, string What, IReadOnlyList<string> WithoutTokens);
