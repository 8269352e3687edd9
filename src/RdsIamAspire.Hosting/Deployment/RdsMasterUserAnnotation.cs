using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Deployment;

/// <summary>Who creates the users of an endpoint when it is deployed.</summary>
/// <param name="User">The master user.</param>
/// <param name="Password">Its password: a secret parameter, asked for at deployment, used for one connection and written nowhere.</param>
internal sealed record RdsMasterUserAnnotation(string User, ParameterResource Password) : IResourceAnnotation
{
    /// <exception cref="DistributedApplicationException">
    /// A user that is to log in with tokens is the one that makes the users: it would lock itself out.
    /// </exception>
    internal static void ThrowIfItIsAnIamUser(RdsMySqlResource server)
    {
        if (server.TryGetLastAnnotation<RdsMasterUserAnnotation>(out var master)
            && LocalUsers.Of(server).Any(user => user.User == master.User))
        {
            throw new DistributedApplicationException(
                $"'{master.User}' makes the users of '{server.Name}' (WithGrantsOnDeploy) and cannot be one of them (WithRdsIamAuth): "
                    + "its password would be taken away.");
        }
    }
}
