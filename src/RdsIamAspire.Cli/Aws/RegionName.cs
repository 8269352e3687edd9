using Amazon.Runtime;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Aws;

/// <summary>The name of an AWS region, looked at before the AWS SDK makes a host name of it.</summary>
internal static class RegionName
{
    private static readonly string[] Variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];

    /// <summary>The region that the AWS SDK finds: environment, profile, instance metadata; null for none.</summary>
    /// <exception cref="ToolException">What is found is no region.</exception>
    public static string? OfThisProcess()
    {
        RequireVariables();
        try
        {
            return FallbackRegionFactory.GetRegionEndpoint()?.SystemName;
        }
        catch (AmazonClientException e)
        {
            throw ToolException.Usage($"the region of the AWS profile is none: {e.Message}");
        }
    }

    /// <summary>That what the environment names, if anything, is a region.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    public static void RequireVariables()
    {
        foreach (var name in Variables)
        {
            if (Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } region && !AwsPartition.IsRegionName(region))
                throw ToolException.Usage($"{name}: '{region}' is not an AWS region name; a region looks like 'eu-west-1'");
        }
    }

    /// <summary>That it is one.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    public static void Require(string region)
    {
        if (!AwsPartition.IsRegionName(region))
            throw ToolException.Usage($"--region '{region}' is not an AWS region name; a region looks like 'eu-west-1'");
    }
}
