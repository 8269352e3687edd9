using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RdsIamAspire;

/// <summary>The names under which OpenTelemetry finds this library's metrics.</summary>
public static class RdsIamTelemetry
{
    /// <summary>
    /// The meter: <c>rds_iam.tokens.made</c> and <c>rds_iam.tokens.failed</c> (counters, tagged server.address, db.user and on failure
    /// error.type)
    /// and <c>rds_iam.token.duration</c> (histogram, seconds from asking for credentials to the signed token).
    /// </summary>
    public const string MeterName = "RdsIamAspire";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Made = Meter.CreateCounter<long>("rds_iam.tokens.made", "{token}", "Auth tokens made.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("rds_iam.tokens.failed", "{token}", "Auth tokens that "
        + "could not be made.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("rds_iam.token.duration", "s", "Time to read "
        + "credentials and sign a token.");

    internal static void TokenMade(RdsAuthTokenRequest request, TimeSpan duration)
    {
        var tags = Tags(request);
        Made.Add(1, tags);
        Duration.Record(duration.TotalSeconds, tags);
    }

    internal static void TokenFailed(RdsAuthTokenRequest request, Exception exception)
    {
        var tags = Tags(request);
        tags.Add("error.type", exception is RdsAuthTokenException known ? known.Failure.ToString() : exception.GetType().Name);
        Failed.Add(1, tags);
    }

    private static TagList Tags(RdsAuthTokenRequest request) => new()
    {
        { "server.address", request.Host },
        { "db.user", request.User },
    };
}
