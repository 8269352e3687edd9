using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RdsIamAspire.MySqlConnector.Logins;

namespace RdsIamAspire.MySqlConnector.Telemetry;

/// <summary>
/// The age of each data source's token, as a gauge. How many are made, how many fail and how long it takes is told by
/// <see cref="RdsIamTelemetry"/>.
/// </summary>
internal static class LoginTelemetry
{
    internal const string MeterName = "RdsIamAspire.MySqlConnector";

    private static readonly ConcurrentDictionary<RdsIamLogin, byte> Logins = new();
    private static readonly Meter Meter = new(MeterName);

    static LoginTelemetry() => Meter.CreateObservableGauge("rds_iam.token.age", Measure, "s", "Age of the auth token of the last login.");

    internal static void Register(RdsIamLogin login) => Logins.TryAdd(login, 0);

    internal static void Unregister(RdsIamLogin login) => Logins.TryRemove(login, out _);

    private static IEnumerable<Measurement<double>> Measure()
    {
        foreach (var login in Logins.Keys)
        {
            if (login.TokenAge is { } age)
                yield return new(age.TotalSeconds, new("server.address", login.Request.Host), new KeyValuePair<string,
                    object?>("db.user", login.Request.User));
        }
    }
}
