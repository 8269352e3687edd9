using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace RdsIamAspire.Credentials;

/// <summary>What a profile of the shared credentials and config files comes to.</summary>
internal static class ProfileSources
{
    /// <summary>
    /// The profile's credentials; null when there is no such profile and nobody asked for it, or when it says nothing of credentials.
    /// </summary>
    /// <param name="name">The profile.</param>
    /// <param name="region">The region of the database.</param>
    /// <param name="asked">Who asked for it by name; null for the default profile.</param>
    /// <exception cref="RdsAuthTokenException">It was asked for and is not there, or the files cannot be read.</exception>
    internal static CredentialSource? Find(string name, string region, string? asked)
    {
        var store = new CredentialProfileStoreChain();
        CredentialProfile? profile;
        try
        {
            store.TryGetProfile(name, out profile);
        }
        catch (Exception e) when (e is AmazonClientException or InvalidDataException or IOException
            or UnauthorizedAccessException or ArgumentException)
        {
            throw new RdsAuthTokenException(RdsAuthTokenFailure.CredentialsUnavailable, $"The AWS profile '{name}' cannot be read: "
                + $"{CredentialFailure.OneLine(e.Message)}", e);
        }

        if (profile is null)
        {
            return asked is null
                ? null
                : throw new RdsAuthTokenException(RdsAuthTokenFailure.CredentialsNotFound,
                    $"There is no AWS profile '{name}', which {asked} asks for, in {ConfigFile} or {CredentialsFile}: "
                    + $"correct the name, or make it with 'aws configure sso --profile {name}'.");
        }

        return Describe(store, profile, region, []);
    }

    internal static string ConfigFile => File("AWS_CONFIG_FILE", "config");

    internal static string CredentialsFile => File("AWS_SHARED_CREDENTIALS_FILE", "credentials");

    private static CredentialSource? Describe(CredentialProfileStoreChain store, CredentialProfile profile, string region,
        IReadOnlyList<string> seen)
    {
        if (seen.Contains(profile.Name))
            throw Wrong(profile, $"its source_profile comes back to itself ({string.Join(" → ", [.. seen, profile.Name])})");
        var o = profile.Options;
        if (o.RoleArn is { Length: > 0 })
            return Role(store, profile, region, [.. seen, profile.Name]);
        // A profile with a region alone is no place for credentials; the chain goes on, as the SDK's does.
        if (!profile.CanCreateAWSCredentials && o.LoginSession is not { Length: > 0 })
            return null;
        var (kind, what) = o switch
        {
            { CredentialProcess.Length: > 0 } => (CredentialKind.Process, "credential_process"),
            { SsoSession.Length: > 0 } => (CredentialKind.Sso, $"SSO session '{o.SsoSession}'"),
            { SsoStartUrl.Length: > 0 } => (CredentialKind.Sso, $"SSO at {o.SsoStartUrl}"),
            { LoginSession.Length: > 0 } => (CredentialKind.AwsLogin, "aws login"),
            { AccessKey.Length: > 0 } => (CredentialKind.ProfileKeys, "keys"),
            _ => (CredentialKind.Profile, profile.CredentialDescription ?? "credentials"),
        };
        return Source(kind, profile, what, () =>
        {
            if (kind == CredentialKind.AwsLogin && Type.GetType("Amazon.Signin.AmazonSigninClient, AWSSDK.Signin") is null)
                throw new AmazonClientException("the package AWSSDK.Signin is not there");
            return AWSCredentialsFactory.GetAWSCredentials(profile, store, nonCallbackOnly: true);
        });
    }

    private static CredentialSource Role(CredentialProfileStoreChain store, CredentialProfile profile, string region,
        IReadOnlyList<string> seen)
    {
        var o = profile.Options;
        var role = new RdsAwsIdentity { RoleArn = o.RoleArn, RoleSessionName = Text(o.RoleSessionName), ExternalId = Text(o.ExternalID) };
        var sts = CredentialSources.StsRegion(profile, region);
        if (o.MfaSerial is { Length: > 0 })
        {
            throw Wrong(profile, $"it asks for an MFA code ({o.MfaSerial}), which nobody types in for a service", "use "
                + "credential_process with a tool that asks, "
                + "an SSO profile, or 'aws sts get-session-token' into a profile of its own");
        }

        if (o.WebIdentityTokenFile is { Length: > 0 } tokenFile)
        {
            return Source(CredentialKind.WebIdentity, profile, $"web identity for the role {o.RoleArn}",
                () => AssumedRoleCredentials.ByWebIdentity(tokenFile, role, sts));
        }

        if (o.CredentialSource is { Length: > 0 } place)
        {
            Func<AWSCredentials> create = place.ToUpperInvariant() switch
            {
                "ENVIRONMENT" => () => new EnvironmentVariablesAWSCredentials(),
                "EC2INSTANCEMETADATA" => () => new InstanceProfileAWSCredentials(),
                "ECSCONTAINER" => () => CredentialSources.FromContainer()?.Create()
                    ?? throw new AmazonClientException("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
                        + "AWS_CONTAINER_CREDENTIALS_FULL_URI is set"),
                _ => throw Wrong(profile, $"its credential_source '{place}' is none of Environment, Ec2InstanceMetadata, EcsContainer"),
            };
            return Source(CredentialKind.CredentialSource, profile, $"role {o.RoleArn} by credential_source {place}",
                () => AssumedRoleCredentials.By(create(), role, sts));
        }

        if (o.SourceProfile is not { Length: > 0 } parent)
            throw Wrong(profile, "it has a role_arn and neither source_profile nor credential_source nor web_identity_token_file");

        // A profile may name itself: its own keys then assume the role.
        CredentialSource? source;
        if (parent == profile.Name && o.AccessKey is { Length: > 0 })
        {
            source = Source(CredentialKind.ProfileKeys, profile, "keys", () => o.Token is { Length: > 0 } token
                ? new SessionAWSCredentials(o.AccessKey, o.SecretKey, token)
                : new BasicAWSCredentials(o.AccessKey, o.SecretKey));
        }
        else
        {
            if (!store.TryGetProfile(parent, out var parentProfile))
                throw Wrong(profile, $"its source_profile '{parent}' is not there");
            source = Describe(store, parentProfile, region, seen);
        }

        if (source is null)
            throw Wrong(profile, $"its source_profile '{parent}' says nothing of credentials");
        var assumed = Source(CredentialKind.SourceProfile, profile, $"role {o.RoleArn} by {source.Name[4..]}",
            () => AssumedRoleCredentials.By(source.Create(), role, sts));
        return assumed with { Profile = source.Profile };
    }

    private static CredentialSource Source(CredentialKind kind, CredentialProfile profile, string what, Func<AWSCredentials> create) =>
        new(kind, $"the profile '{profile.Name}' ({what})", $"profile|{profile.Name}|{Written(ConfigFile)}|{Written(CredentialsFile)}",
            create)
        {
            Profile = profile.Name,
        };

    private static RdsAuthTokenException Wrong(CredentialProfile profile, string why, string? remedy = null) =>
        new(RdsAuthTokenFailure.CredentialsUnavailable,
            $"The AWS profile '{profile.Name}' cannot be used: {why}. "
                + $"{(remedy is null ? $"Correct it in {ConfigFile}." : $"Instead {remedy}.")}");

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static string File(string variable, string name) => CredentialSources.Variable(variable)
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", name);

    private static long Written(string path) => new FileInfo(path) is { Exists: true } file ? file.LastWriteTimeUtc.Ticks : 0;
}
