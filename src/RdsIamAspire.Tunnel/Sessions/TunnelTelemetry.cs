using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>The tunnel's metrics, under the meter <see cref="RdsIamTunnel.MeterName"/>.</summary>
internal static class TunnelTelemetry
{
    private static readonly Meter Meter = new(RdsIamTunnel.MeterName);
    private static readonly UpDownCounter<long> Sessions =
        Meter.CreateUpDownCounter<long>("rds_iam.tunnel.sessions", "{session}", "Sessions that are logged in.");
    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("rds_iam.tunnel.refused", "{client}", "Clients that were refused.");
    private static readonly Histogram<double> Logins =
        Meter.CreateHistogram<double>("rds_iam.tunnel.login.duration", "s", "From a client's login to the server's OK.");

    public static void SessionOpened(TunnelTarget target, TimeSpan duration)
    {
        var tags = Tags(target);
        Sessions.Add(1, tags);
        Logins.Record(duration.TotalSeconds, tags);
    }

    public static void SessionEnded(TunnelTarget target) => Sessions.Add(-1, Tags(target));

    public static void Refused(TunnelTarget target, RefusalReason reason)
    {
        var tags = Tags(target);
        tags.Add("error.type", reason.ToString());
        Refusals.Add(1, tags);
    }

    private static TagList Tags(TunnelTarget target) => new()
    {
        { "server.address", target.SignFor.Host },
        { "db.user", target.User },
    };
}
