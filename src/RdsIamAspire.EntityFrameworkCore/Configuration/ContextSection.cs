using Microsoft.Extensions.Configuration;
using RdsIamAspire.Configuration;
using RdsIamAspire.MySqlConnector.Configuration;

namespace RdsIamAspire.EntityFrameworkCore.Configuration;

/// <summary>Reads the settings of a context from a section, with the reader of the data source's settings.</summary>
internal static class ContextSection
{
    /// <summary>What is not there is left as it is.</summary>
    /// <exception cref="InvalidOperationException">A value cannot be read; the message names its key.</exception>
    internal static void Read(IConfiguration section, RdsIamMySqlDbContextSettings s)
    {
        SettingsSection.ReadLogin(section, s);
        s.ConnectionString = section[nameof(s.ConnectionString)] ?? s.ConnectionString;
        s.ServerVersion = section[nameof(s.ServerVersion)] ?? s.ServerVersion;
        s.MaxRetryCount = SettingsValue.Number(section, nameof(s.MaxRetryCount)) ?? s.MaxRetryCount;
        s.MaxRetryDelay = SettingsValue.Time(section, nameof(s.MaxRetryDelay)) ?? s.MaxRetryDelay;
        s.CommandTimeout = SettingsValue.Number(section, nameof(s.CommandTimeout)) ?? s.CommandTimeout;
        s.DisableContextPooling = SettingsValue.Flag(section, nameof(s.DisableContextPooling)) ?? s.DisableContextPooling;
        s.DisableWarmUp = SettingsValue.Flag(section, nameof(s.DisableWarmUp)) ?? s.DisableWarmUp;
        s.DisableHealthChecks = SettingsValue.Flag(section, nameof(s.DisableHealthChecks)) ?? s.DisableHealthChecks;
        s.DisableTracing = SettingsValue.Flag(section, nameof(s.DisableTracing)) ?? s.DisableTracing;
        s.DisableMetrics = SettingsValue.Flag(section, nameof(s.DisableMetrics)) ?? s.DisableMetrics;
    }
}
