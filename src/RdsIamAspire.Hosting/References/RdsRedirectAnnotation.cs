using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>Marks a resource whose references log in to an RDS endpoint instead.</summary>
/// <param name="to">What references get their values from.</param>
/// <param name="server">The endpoint behind it.</param>
[StackTraceHidden]
internal sealed class RdsRedirectAnnotation(IResourceWithConnectionString to, RdsMySqlResource server) : IResourceAnnotation
{
    internal IResourceWithConnectionString To => to;

    internal RdsMySqlResource Server => server;

    /// <summary>Whether only a database was given a user: then the server may still be given its own.</summary>
    internal bool IsImplied { get; set; }

    /// <exception cref="DistributedApplicationException">
    /// The resource has been given a user: a second one would silently undo the first.
    /// </exception>
    internal void ThrowIfNamed(IResource resource)
    {
        if (!IsImplied)
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' logs in as '{server.Auth.User}' already. Call WithRdsIamAuth on it once; a database may have a "
                    + "user of its own.");
        }
    }
}
