using System.Net;
using Microsoft.Extensions.Configuration;
using RdsIamAspire.Configuration;

namespace RdsIamAspire.Tunnel.Configuration;

/// <summary>Reads the settings of a tunnel from a section, by name and without reflection.</summary>
internal static class TunnelSection
{
    /// <summary>What is not there is left as it is.</summary>
    /// <exception cref="InvalidOperationException">A value cannot be read; the message names its key.</exception>
    internal static void Read(IConfiguration section, RdsIamTunnelSettings s)
    {
        s.ConnectionString = section[nameof(s.ConnectionString)] ?? s.ConnectionString;
        s.Region = section[nameof(s.Region)] ?? s.Region;
        s.SignForHost = section[nameof(s.SignForHost)] ?? s.SignForHost;
        s.CaCertificatePath = section[nameof(s.CaCertificatePath)] ?? s.CaCertificatePath;
        s.Password = section[nameof(s.Password)] ?? s.Password;
        s.Via = section[nameof(s.Via)] ?? s.Via;
        s.ConnectionName = section[nameof(s.ConnectionName)] ?? s.ConnectionName;
        s.SignForPort = SettingsValue.Number(section, nameof(s.SignForPort)) ?? s.SignForPort;
        s.ListenPort = SettingsValue.Number(section, nameof(s.ListenPort)) ?? s.ListenPort;
        s.ListenAddress = Address(section, nameof(s.ListenAddress)) ?? s.ListenAddress;
        s.DrainTimeout = SettingsValue.Time(section, nameof(s.DrainTimeout)) ?? s.DrainTimeout;
        s.DisableHealthChecks = SettingsValue.Flag(section, nameof(s.DisableHealthChecks)) ?? s.DisableHealthChecks;
        s.DisableMetrics = SettingsValue.Flag(section, nameof(s.DisableMetrics)) ?? s.DisableMetrics;
    }

    private static IPAddress? Address(IConfiguration section, string key) => section[key] is not { Length: > 0 } text
        ? null
        : IPAddress.TryParse(text, out var value) ? value : throw SettingsValue.Wrong(section, key, text, "an address such as 127.0.0.1");
}
