using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.References;
using RdsIamAspire.Tunnel.Endpoints;

namespace Aspire.Hosting;

/// <summary>Uses an endpoint by the name that <c>rds-iam</c> knows it by.</summary>
[StackTraceHidden]
public static class RdsNamedEndpointBuilderExtensions
{
    /// <summary>
    /// Uses the real endpoint of that name in run mode: host, port, region, user, AWS profile and the way there as <c>rds-iam.json</c> has
    /// them, so that <c>rds-iam connect orders-dev</c> and the AppHost mean the same database. Publishing is not touched.
    /// </summary>
    /// <remarks>
    /// The file is looked for in the AppHost's folder and above it, then the person's own is read
    /// (<c>~/.config/rds-iam/config.json</c>); <c>RDS_IAM_CONFIG</c> names another one. A <c>via</c> of it is the way of each tunnel of the
    /// endpoint (<c>AddTunnel</c>). The user is taken where <c>WithRdsIamAuth</c> was not called before. Banner and listen are the tool's.
    /// </remarks>
    /// <param name="builder">The endpoint.</param>
    /// <param name="name">The name under <c>endpoints</c>.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">
    /// No endpoint has that name, a file has a mistake, or the resource runs locally already; the message says what to do.
    /// </exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddRdsMySql("orders-db").AsExistingNamed("orders-dev");
    /// </code>
    /// </example>
    [AspireExport("asExistingNamedRdsMySql", MethodName = "asExistingNamed")]
    public static IResourceBuilder<RdsMySqlResource> AsExistingNamed(this IResourceBuilder<RdsMySqlResource> builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        var named = Find(name, builder.ApplicationBuilder.AppHostDirectory);
        builder.UseExisting(ValuesOf(named));
        builder.Resource.Named = named;
        return named.User is { } user && !builder.Resource.HasAnnotationOfType<RdsIamAuthAnnotation>()
            ? builder.WithRdsIamAuth(user)
            : builder;
    }

    private static NamedEndpoint Find(string name, string folder)
    {
        IReadOnlyList<NamedEndpoint> all;
        try
        {
            all = EndpointFiles.Read(folder);
        }
        catch (Exception exception) when (exception is EndpointFileException or IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }

        if (all.FirstOrDefault(one => one.Name == name) is { } found)
        {
            return found;
        }

        var known = all.Select(static one => one.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        throw new DistributedApplicationException(
            $"No endpoint is named '{name}'{Spelling.Suggestion(name, known)} "
                + (known.Count > 0
                    ? $"(there are: {string.Join(", ", known)})."
                    : $"(no rds-iam.json is in '{folder}' or above it, and there is no '{EndpointFiles.OwnPath}')."));
    }

    private static RdsEndpointValues ValuesOf(NamedEndpoint named)
    {
        if (named.SignFor is not null)
        {
            throw Unusable(named, "signFor", "an AppHost dials the endpoint's own name. Give that as endpoint, and the way there as via");
        }

        if (named.Ca is not null)
        {
            throw Unusable(named, "ca", "services verify with one bundle. Name it in RDS_IAM_CA_BUNDLE for the AppHost and them");
        }

        try
        {
            var endpoint = RdsEndpoint.Parse(named.Endpoint);
            return RdsEndpointValues.Literal(endpoint.Host, endpoint.Port, named.Region);
        }
        catch (ArgumentException exception)
        {
            throw new DistributedApplicationException($"'{named.File}', endpoints.{named.Name}: {exception.Message}", exception);
        }
    }

    private static DistributedApplicationException Unusable(NamedEndpoint named, string property, string why) =>
        new($"'{named.File}', endpoints.{named.Name}: has '{property}', which an AppHost does not use, since {why}.");
}
