using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>
/// Where an endpoint is. Literals and parameters alike are expressions, so that publishing keeps a parameter a parameter.
/// </summary>
/// <param name="Host">The host name.</param>
/// <param name="Port">The port.</param>
/// <param name="Region">The region where it is known or asked for.</param>
[StackTraceHidden]
internal sealed record RdsEndpointValues(ReferenceExpression Host, ReferenceExpression Port, ReferenceExpression? Region)
{
    /// <summary>The endpoint where the AppHost names it, <see langword="null"/> where it is a parameter.</summary>
    internal RdsEndpoint? Endpoint { get; private init; }

    /// <summary>The region where the AppHost or the host name gives it.</summary>
    internal string? KnownRegion { get; init; }

    /// <summary>The <c>db-</c>, <c>cluster-</c> or <c>prx-</c> id where the AppHost gives it.</summary>
    internal string? ResourceId { get; init; }

    /// <summary>Asks AWS for the id where the AppHost gives the database's name instead.</summary>
    internal Func<CancellationToken, Task<string>>? LookUpResourceId { get; init; }

    /// <exception cref="ArgumentException">The host is not a host name, the port is not between 1 and 65535, or the region is none, or
    /// another than the host's.</exception>
    internal static RdsEndpointValues Literal(string host, int port, string? region)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);

        RdsEndpoint endpoint;
        try
        {
            endpoint = RdsEndpoint.Parse(host, port);
        }
        catch (FormatException exception)
        {
            // The sentence is whole; what is inside it would only print a second stack.
            throw new ArgumentException(exception.Message, nameof(host));
        }

        if (region is null && MisspeltHost.ProblemOf(host) is { } problem)
        {
            throw new ArgumentException(problem, nameof(host));
        }

        if (region is not null)
        {
            _ = AwsPartition.FromRegion(region);
            if (endpoint.Region is { } named && named != region)
            {
                throw new ArgumentException(
                    $"'{host}' is in {named}, and the region is given as {region}: a token for {region} would be denied. Leave the "
                        + $"region out.",
                    nameof(region));
            }
        }

        var known = region ?? endpoint.Region;
        return new(
            ReferenceExpression.Create($"{endpoint.Host}"),
            ReferenceExpression.Create($"{endpoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}"),
            known is null ? null : ReferenceExpression.Create($"{known}"))
        { Endpoint = endpoint, KnownRegion = known };
    }

    /// <exception cref="ArgumentException">The id is none of RDS.</exception>
    internal static string? CheckedResourceId(string? resourceId) =>
        resourceId is null ? null : new RdsDbUserArn("*", "*", resourceId, "*").ResourceId;

    internal static RdsEndpointValues Parameters(ParameterResource host, ParameterResource? port, ParameterResource? region) =>
        new(
            ReferenceExpression.Create($"{host}"),
            port is null ? ReferenceExpression.Create($"3306") : ReferenceExpression.Create($"{port}"),
            region is null ? null : ReferenceExpression.Create($"{region}"));
}
