using System.Runtime.CompilerServices;

namespace RdsIamAspire.Hosting.Tests;

/// <summary>No test finds AWS credentials of whoever runs it, and none asks a network that may take its time to say no.</summary>
internal static class DevelopersAws
{
    [ModuleInitializer]
    internal static void IsNotThere()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(
            static name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToArray())
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        var nowhere = Path.Combine(AppContext.BaseDirectory, "no-aws-files");
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", Path.Combine(nowhere, "config"));
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(nowhere, "credentials"));
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }
}
