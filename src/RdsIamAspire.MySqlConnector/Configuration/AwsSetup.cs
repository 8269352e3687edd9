using System.Diagnostics.CodeAnalysis;
using Amazon;
using Amazon.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RdsIamAspire.MySqlConnector.Configuration;

/// <summary>
/// What a service has told AWSSDK.Extensions.NETCore.Setup (<c>AddDefaultAWSOptions</c>): who it is and where, for what our own settings
/// leave open. That package is not ours to bring, so its options are known by name.
/// </summary>
internal static class AwsSetup
{
    private const string OptionsType = "Amazon.Extensions.NETCore.Setup.AWSOptions";

    /// <summary>Fills in what the settings leave open: from options made in code, then from the section <c>AWS</c>.</summary>
    /// <param name="registered">The services as they were registered.</param>
    /// <param name="provider">The services as they are now.</param>
    /// <param name="configuration">The configuration with the section.</param>
    /// <param name="settings">What is filled in.</param>
    internal static void Read(
        IEnumerable<ServiceDescriptor> registered, IServiceProvider provider, IConfiguration configuration, RdsIamAuthOptions settings)
    {
        if (registered.LastOrDefault(d => !d.IsKeyedService && d.ServiceType.FullName == OptionsType) is not { } descriptor)
            return;
        var asksForSomebody = settings.Profile is not null || settings.RoleArn is not null;
        if (provider.GetService(descriptor.ServiceType) is { } options)
        {
            if (!asksForSomebody)
                settings.Credentials ??= Get<AWSCredentials>(options, "Credentials");
            settings.Region ??= Get<RegionEndpoint>(options, "Region")?.SystemName;
            settings.Profile ??= Get<string>(options, "Profile");
            settings.RoleArn ??= Get<string>(options, "SessionRoleArn");
            settings.RoleSessionName ??= Get<string>(options, "SessionName");
            settings.ExternalId ??= Get<string>(options, "ExternalId");
        }

        // Its README, "appsettings.json".
        var section = configuration.GetSection("AWS");
        settings.Profile ??= section["Profile"];
        settings.Region ??= section["Region"];
        settings.RoleArn ??= section["SessionRoleArn"];
        settings.RoleSessionName ??= section["SessionName"];
        settings.ExternalId ??= section["ExternalId"];
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A property that was trimmed is one that the service never set.")]
    private static T? Get<T>(object options, string property)
        where T : class => options.GetType().GetProperty(property)?.GetValue(options) as T;
}
