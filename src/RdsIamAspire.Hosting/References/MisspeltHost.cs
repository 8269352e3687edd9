namespace RdsIamAspire.Hosting.References;

/// <summary>A host name that means to be one of RDS and is none: what comes of it otherwise is a question for the region.</summary>
internal static class MisspeltHost
{
    /// <returns>What is wrong; <see langword="null"/> for a name of RDS, and for a name that somebody else gave.</returns>
    internal static string? ProblemOf(string host) =>
        RdsEndpoint.TryParse(host, out var endpoint)
        && endpoint is { IsRds: false }
        && (endpoint.Host.Split('.').Contains("rds", StringComparer.Ordinal) || endpoint.Host.Contains("amazon", StringComparison.Ordinal))
            ? $"'{host}' is no host name of RDS, though it looks like one: those are NAME.ID.REGION.rds.amazonaws.com (in China "
                + $"NAME.ID.rds.REGION.amazonaws.com.cn). "
                + "Copy it from the console."
            : null;
}
