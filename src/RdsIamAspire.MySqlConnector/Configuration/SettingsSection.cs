using System.Globalization;
using Microsoft.Extensions.Configuration;

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

    /// <summary>
    /// What AWSSDK.Extensions.NETCore.Setup reads of its section <c>AWS</c> (its README, "appsettings.json"), where our own settings say
    /// nothing.
    /// </summary>
    internal static void ReadAwsOptions(IConfiguration configuration, RdsIamMySqlSettings settings)
    {
        var aws = configuration.GetSection("AWS");
        settings.Profile ??= aws["Profile"];
        settings.Region ??= aws["Region"];
        settings.RoleArn ??= aws["SessionRoleArn"];
        settings.RoleSessionName ??= aws["SessionName"];
    }

    private static void Read(IConfiguration section, RdsIamMySqlSettings s)
    {
        s.ConnectionString = section[nameof(s.ConnectionString)] ?? s.ConnectionString;
        s.Region = section[nameof(s.Region)] ?? s.Region;
        s.SignForHost = section[nameof(s.SignForHost)] ?? s.SignForHost;
        s.CaCertificatePath = section[nameof(s.CaCertificatePath)] ?? s.CaCertificatePath;
        s.Profile = section[nameof(s.Profile)] ?? s.Profile;
        s.RoleArn = section[nameof(s.RoleArn)] ?? s.RoleArn;
        s.RoleSessionName = section[nameof(s.RoleSessionName)] ?? s.RoleSessionName;
        s.ExternalId = section[nameof(s.ExternalId)] ?? s.ExternalId;
        s.SignForPort = Number(section, nameof(s.SignForPort)) ?? s.SignForPort;
        s.RoleDuration = Time(section, nameof(s.RoleDuration)) ?? s.RoleDuration;
        s.CredentialsTimeout = Time(section, nameof(s.CredentialsTimeout)) ?? s.CredentialsTimeout;
        s.RenewAhead = Time(section, nameof(s.RenewAhead)) ?? s.RenewAhead;
        s.DisableHealthChecks = Flag(section, nameof(s.DisableHealthChecks)) ?? s.DisableHealthChecks;
        s.DisableTracing = Flag(section, nameof(s.DisableTracing)) ?? s.DisableTracing;
        s.DisableMetrics = Flag(section, nameof(s.DisableMetrics)) ?? s.DisableMetrics;
        s.DisableWarmUp = Flag(section, nameof(s.DisableWarmUp)) ?? s.DisableWarmUp;
    }

    private static int? Number(IConfiguration section, string key) => section[key] is not { Length: > 0 } text
        ? null
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(section, key, text,
            "a number such as 3306");

    private static TimeSpan? Time(IConfiguration section, string key) => section[key] is not { Length: > 0 } text
        ? null
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(section, key, text, "a time such "
            + "as 00:00:05");

    private static bool? Flag(IConfiguration section, string key) => section[key] is not { Length: > 0 } text
        ? null
        : bool.TryParse(text, out var value) ? value : throw Wrong(section, key, text, "true or false");

    private static InvalidOperationException Wrong(IConfiguration section, string key, string text, string expected) =>
        new($"The setting '{(section as IConfigurationSection)?.Path ?? Name}:{key}' is '{text}'; it takes {expected}.");
}
