using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Hosting.Publishing;

/// <summary>
/// What <c>aspire publish</c> writes for an endpoint: policy, grant script, and the infrastructure snippets that attach the policy.
/// </summary>
internal static class RdsArtifacts
{
    /// <summary>
    /// Stands where the AppHost does not know the resource id. It matches no database, so that a policy deployed as it stands lets nobody
    /// in; it has no prefix, since that would be a guess.
    /// </summary>
    private const string UnknownResource = "REPLACE-WITH-RESOURCE-ID";

    /// <summary>What the policy is written with, where <see cref="UnknownResource"/> is to stand in it.</summary>
    private const string Unwritten = "db-UNWRITTEN";

    /// <summary>What the infrastructure snippets are written from.</summary>
    /// <exception cref="DistributedApplicationException">What the AppHost says of the endpoint contradicts itself.</exception>
    internal static async Task<RdsIamPlan> PlanAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var endpoint = await PublishedEndpoint.ReadAsync(server, cancellationToken).ConfigureAwait(false);
        return new(server.Name, [.. LocalUsers.Of(server).Select(static user => user.User).Distinct(StringComparer.Ordinal)])
        {
            Kind = endpoint.Kind,
            Region = endpoint.Region,
            ResourceId = endpoint.ResourceId,
            Identifier = endpoint.Identifier,
        };
    }

    /// <summary>The artifacts of an endpoint by file name.</summary>
    /// <exception cref="DistributedApplicationException">They cannot be written as the AppHost has it; the message says why.</exception>
    internal static async Task<IReadOnlyDictionary<string, string>> CreateAsync(
        RdsMySqlResource server,
        RdsIamPlan plan,
        CancellationToken cancellationToken) =>
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["grants.sql"] = await GrantScriptAsync(server, cancellationToken).ConfigureAwait(false),
            ["iam-policy.json"] = Policy(plan.Users, plan.Region ?? "*", "*", plan.ResourceId),
            ["cloudformation.yaml"] = CloudFormationSnippet.Create(plan),
            // Not .cs: the output folder is below the AppHost unless told otherwise, and its next build would compile it.
            ["cdk.cs.txt"] = CdkSnippet.Create(plan),
            ["terraform.tf"] = TerraformSnippet.Create(plan),
        };

    /// <summary>The script that makes the users; whoever runs it by hand reads at its top what it does.</summary>
    /// <exception cref="DistributedApplicationException">A user or a database is not one that can be granted.</exception>
    internal static async Task<string> GrantScriptAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var users = await LocalUsers.NamedAsync(server, cancellationToken).ConfigureAwait(false);
        try
        {
            return $"""
                -- Users of {server.Name} that log in with IAM tokens. Run it as the master user, over TLS:
                --   mysql --host=ENDPOINT --user=admin --password --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem < grants.sql
                -- A user that is there with a password is altered: from then on it logs in with tokens, and with its password no more.
                -- It keeps its privileges.
                -- The script stops before it alters an administrator. It ends with how each account logs in now, and can be run again.


                """.ReplaceLineEndings("\n")
                + RdsGrantScript.Create([.. users.Select(static user => user.ToGrant())])
                + StillToGrant(users);
        }
        catch (ArgumentException exception)
        {
            throw new DistributedApplicationException(
                $"The grant script of '{server.Name}' cannot be written: {Sentence(exception)}",
                exception);
        }
    }

    private static string StillToGrant(IEnumerable<LocalUser> users) => string.Concat(
        from user in users
        from name in user.Unnamed
        select $"-- Still to grant to {user.User}: the database {name} had no name when this was written. "
            + "Give the parameter a value and publish again.\n");

    /// <summary>What AWS needs, also while a local server runs: the account and the resource of that are made up.</summary>
    internal static async Task<string> PolicyAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(server, cancellationToken).ConfigureAwait(false);
        var resourceId = server.Given.LookUpResourceId is { } lookUp ? await lookUp(
            cancellationToken).ConfigureAwait(false) : plan.ResourceId;
        return Policy(plan.Users, plan.Region ?? "*", "*", resourceId);
    }

    private static string Policy(IReadOnlyList<string> users, string region, string account, string? resourceId)
    {
        var document = RdsDbConnectPolicy.CreateDocument(
            users.Select(user => new RdsDbUserArn(region, account, resourceId ?? Unwritten, user)));
        return resourceId is null ? document.Replace(Unwritten, UnknownResource, StringComparison.Ordinal) : document;
    }

    /// <summary>The parameter's name means nothing to the reader.</summary>
    private static string Sentence(ArgumentException exception) =>
        exception.Message.Replace($" (Parameter '{exception.ParamName}')", "", StringComparison.Ordinal);
}
