using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace RdsIamAspire.Credentials;

/// <summary>
/// Which place the credentials come from, in the order of the AWS SDK for .NET (its developer guide, "Credential and profile
/// resolution"): environment keys, web identity,
/// the profile, a container's endpoint, instance metadata. The first that is configured is the one; when it fails, its reason is the
/// reason: a chain that goes on from there
/// ends in instance metadata that a laptop waits half a minute for.
/// </summary>
internal static class CredentialSources
{
    private const string SessionNameVariable = "AWS_ROLE_SESSION_NAME";

    /// <summary>The place for this identity.</summary>
    /// <param name="identity">A profile, a role; null is the default chain.</param>
    /// <param name="region">The region of the database: where a role is assumed when neither environment nor profile name one.</param>
    /// <exception cref="RdsAuthTokenException">A profile that is asked for is not there.</exception>
    internal static CredentialSource Find(RdsAwsIdentity? identity, string region)
    {
        var source = FindSource(identity?.Profile, region);
        if (identity?.RoleArn is not { Length: > 0 } role)
            return source;
        return source with
        {
            Name = $"{source.Name}, as the role {role}",
            Key = $"{source.Key}|{role}",
            Create = () => AssumedRoleCredentials.By(source.Create(), identity, StsRegion(null, region)),
        };
    }

    private static CredentialSource FindSource(string? profile, string region)
    {
        if (profile is { Length: > 0 })
            return ProfileSources.Find(profile, region, asked: $"the setting Profile={profile}") ?? throw NoKeysIn(profile);
        if (AWSConfigs.AWSCredentialsGenerators is not null)
        {
            return new(CredentialKind.Custom, "AWSConfigs.AWSCredentialsGenerators", "custom",
                () => DefaultAWSCredentialsIdentityResolver.GetCredentials());
        }

        return FromEnvironment() ?? FromWebIdentity(region) ?? FromProfile(region) ?? FromContainer() ?? FromInstance();
    }

    internal static CredentialSource? FromEnvironment() =>
        Variable(EnvironmentVariablesAWSCredentials.ENVIRONMENT_VARIABLE_ACCESSKEY) is { } key
        && (Variable(EnvironmentVariablesAWSCredentials.ENVIRONMENT_VARIABLE_SECRETKEY)
            ?? Variable(EnvironmentVariablesAWSCredentials.LEGACY_ENVIRONMENT_VARIABLE_SECRETKEY)) is { } secret
            ? new(CredentialKind.Environment, "the environment (AWS_ACCESS_KEY_ID)",
                $"env|{key}|{string.GetHashCode(secret, StringComparison.Ordinal)}",
                () => new EnvironmentVariablesAWSCredentials())
            : null;

    private static CredentialSource? FromWebIdentity(string region)
    {
        if (Variable(AssumeRoleWithWebIdentityCredentials.WebIdentityTokenFileEnvVariable) is not { } file
            || Variable(AssumeRoleWithWebIdentityCredentials.RoleArnEnvVariable) is not { } role)
            return null;
        var identity = new RdsAwsIdentity { RoleArn = role, RoleSessionName = Variable(SessionNameVariable) };
        return new(CredentialKind.WebIdentity, $"web identity (AWS_WEB_IDENTITY_TOKEN_FILE={file}) for the role "
            + $"{role}", $"web|{file}|{role}",
            () => AssumedRoleCredentials.ByWebIdentity(file, identity, StsRegion(null, region)));
    }

    private static CredentialSource? FromProfile(string region)
    {
        var name = DefaultAWSCredentialsIdentityResolver.GetProfileName();
        var asked = Variable("AWS_PROFILE") is not null ? $"AWS_PROFILE={name}" : null;
        return ProfileSources.Find(name, region, asked);
    }

    internal static CredentialSource? FromContainer()
    {
        var relative = Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        var full = Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if ((relative ?? full) is not { } address)
            return null;
        var (kind, name) = Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is not null
            ? (CredentialKind.PodIdentity, $"EKS Pod Identity ({address})")
            : (CredentialKind.Container, $"the container's role ({address})");
        return new(kind, name, $"container|{address}", () => new ContainerCredentials(address));
    }

    private static CredentialSource FromInstance() => new(CredentialKind.InstanceMetadata, "the instance's role", "imds", () =>
        string.Equals(Variable("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            ? throw new AmazonClientException("instance metadata is switched off by AWS_EC2_METADATA_DISABLED")
            : new InstanceProfileAWSCredentials())
    {
        Passed = Looked(),
    };

    /// <summary>
    /// The region that STS is asked in: the environment's, the profile's, else the database's own, which its host name tells.
    /// </summary>
    internal static string StsRegion(CredentialProfile? profile, string region) =>
        Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? profile?.Region?.SystemName ?? region;

    internal static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && value.Trim() is { Length: > 0 } text ? text : null;

    private static RdsAuthTokenException NoKeysIn(string profile) => new(RdsAuthTokenFailure.CredentialsNotFound,
        $"The AWS profile '{profile}' says nothing of credentials: give it sso_session, role_arn, credential_process or keys, "
        + $"for example with 'aws configure sso --profile {profile}'.");

    private static string Looked()
    {
        var half = Variable(EnvironmentVariablesAWSCredentials.ENVIRONMENT_VARIABLE_ACCESSKEY) is not null
            ? "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"
            : "no AWS_ACCESS_KEY_ID in the environment";
        return $"{half}, no profile '{DefaultAWSCredentialsIdentityResolver.GetProfileName()}' with credentials, no container role";
    }
}
