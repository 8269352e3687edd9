using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The users of an endpoint: the endpoint's own on every database, and those that a database has for itself.</summary>
internal static class LocalUsers
{
    /// <remarks>A writer has those of its reader too: they are made and published with its own.</remarks>
    internal static IEnumerable<LocalUser> Of(RdsMySqlResource server) =>
        server.Reader is { } reader
            ? OfCluster(server, reader).GroupBy(static u => (u.User, string.Join(',', u.Privileges))).Select(static users =>
                users.First() with { Databases = [.. users.SelectMany(static u => u.Databases).Distinct(StringComparer.Ordinal)] })
            : OfEndpoint(server);

    private static IEnumerable<LocalUser> OfCluster(RdsMySqlResource writer, RdsMySqlResource reader)
    {
        foreach (var user in OfEndpoint(writer).Concat(OfEndpoint(reader)))
        {
            yield return user;
        }

        // As an endpoint's user everywhere: on every database that the reader shows.
        if (reader.TryGetLastAnnotation<RdsIamAuthAnnotation>(out var auth))
        {
            yield return new(auth.User, [.. writer.DatabaseResources.Select(static d => d.DatabaseName)], auth.Privileges);
        }
    }

    private static IEnumerable<LocalUser> OfEndpoint(RdsMySqlResource server)
    {
        var own = server.DatabaseResources.Where(static d => d.HasAnnotationOfType<RdsIamAuthAnnotation>()).ToArray();
        if (server.OwnAuth is { } auth)
        {
            yield return new(auth.User, [.. server.DatabaseResources.Except(own).Select(static d => d.DatabaseName)], auth.Privileges);
        }
        else if (own.Length == 0 || own.Length < server.DatabaseResources.Count)
        {
            _ = server.Auth; // Says which call is missing.
        }

        foreach (var users in own.Concat(server.ConsumerLogins).GroupBy(static d => d.Auth.User, StringComparer.Ordinal))
        {
            yield return new(
                users.Key,
                [.. users.Select(static d => d.DatabaseName).Distinct(StringComparer.Ordinal)],
                [.. users.SelectMany(static d => d.Auth.Privileges).Distinct(StringComparer.OrdinalIgnoreCase)]);
        }
    }

    /// <summary>The same users with the names of databases that are parameters read; those that have no value yet are told apart.</summary>
    internal static async Task<IReadOnlyList<LocalUser>> NamedAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var database in LocalDatabase.Of(server))
        {
            names[database.DatabaseName] = await database.Database.GivenAsync(cancellationToken).ConfigureAwait(false);
        }

        return
        [
            .. Of(server).Select(user => user with
            {
                Databases = [.. user.Databases.Select(name => names[name]).OfType<string>()],
                Unnamed = [.. user.Databases.Where(name => names[name] is null)],
            }),
        ];
    }
}

/// <summary>
/// A user, the databases it may use, and what it may do there; no privilege named means those of <see
/// cref="RdsGrantRequest.DefaultPrivileges"/>.
/// </summary>
internal sealed record LocalUser(string User, IReadOnlyList<string> Databases, IReadOnlyList<string> Privileges)
{
    /// <summary>Databases whose name is a parameter without a value, as the manifest writes it.</summary>
    internal IReadOnlyList<string> Unnamed { get; init; } = [];

    /// <summary>The grant that the published script and the local server both make.</summary>
    internal RdsGrantRequest ToGrant() => new(User) { Databases = Databases, Privileges = Privileges, AlterExisting = true };
}
