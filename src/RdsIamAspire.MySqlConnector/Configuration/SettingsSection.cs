using Microsoft.Extensions.Configuration;
using RdsIamAspire.Configuration;

namespace RdsIamAspire.MySqlConnector.Configuration;

/// <summary>Reads the settings of a connection from the configuration, by name and without reflection.</summary>
internal static class SettingsSection
{
    /// <summary>The section of all data sources; <c>…:NAME</c> below it is that of one.</summary>
    internal const string Name = "RdsIam:MySqlConnector";

    /// <summary>Reads both sections and the connection string; what is not there is left as it is.</summary>
    /// <exception cref="InvalidOperationException">A value cannot be read; the message names its key.</exception>
    internal static void Read(IConfiguration configuration, string name, RdsIamMySqlSettings settings)
    {
        var all = configuration.GetSection(Name);
        Read(all, settings);
        Read(all.GetSection(name), settings);
        settings.ConnectionString = configuration.GetConnectionString(name) ?? settings.ConnectionString;
    }

    /// <summary>What a login needs; what is not there is left as it is.</summary>
    /// <exception cref="InvalidOperationException">A value cannot be read; the message names its key.</exception>
    internal static void ReadLogin(IConfiguration section, RdsIamAuthOptions s)
    {
        s.Region = section[nameof(s.Region)] ?? s.Region;
        s.SignForHost = section[nameof(s.SignForHost)] ?? s.SignForHost;
        s.CaCertificatePath = section[nameof(s.CaCertificatePath)] ?? s.CaCertificatePath;
        s.Profile = section[nameof(s.Profile)] ?? s.Profile;
        s.RoleArn = section[nameof(s.RoleArn)] ?? s.RoleArn;
        s.RoleSessionName = section[nameof(s.RoleSessionName)] ?? s.RoleSessionName;
        s.ExternalId = section[nameof(s.ExternalId)] ?? s.ExternalId;
        s.SignForPort = SettingsValue.Number(section, nameof(s.SignForPort)) ?? s.SignForPort;
        s.RoleDuration = SettingsValue.Time(section, nameof(s.RoleDuration)) ?? s.RoleDuration;
        s.CredentialsTimeout = SettingsValue.Time(section, nameof(s.CredentialsTimeout)) ?? s.CredentialsTimeout;
        s.DisableLoginPacing = SettingsValue.Flag(section, nameof(s.DisableLoginPacing)) ?? s.DisableLoginPacing;
        s.LoginSpread = SettingsValue.Time(section, nameof(s.LoginSpread)) ?? s.LoginSpread;
        s.RenewAhead = SettingsValue.Time(section, nameof(s.RenewAhead)) ?? s.RenewAhead;
    }

    private static void Read(IConfiguration section, RdsIamMySqlSettings s)
    {
        ReadLogin(section, s);
        s.ConnectionString = section[nameof(s.ConnectionString)] ?? s.ConnectionString;
        s.DisableHealthChecks = SettingsValue.Flag(section, nameof(s.DisableHealthChecks)) ?? s.DisableHealthChecks;
        s.DisableTracing = SettingsValue.Flag(section, nameof(s.DisableTracing)) ?? s.DisableTracing;
        s.DisableMetrics = SettingsValue.Flag(section, nameof(s.DisableMetrics)) ?? s.DisableMetrics;
        s.DisableWarmUp = SettingsValue.Flag(section, nameof(s.DisableWarmUp)) ?? s.DisableWarmUp;
    }
}
