using Amazon.Runtime;

namespace RdsIamAspire.Credentials;

/// <summary>The kinds of places that credentials come from, as docs/credentials.md lists them.</summary>
internal enum CredentialKind
{
    Given,
    Environment,
    WebIdentity,
    Profile,
    ProfileKeys,
    Process,
    SourceProfile,
    CredentialSource,
    Sso,
    AwsLogin,
    Container,
    PodIdentity,
    InstanceMetadata,
    Custom,
}

/// <summary>One place that credentials would come from on this machine, and how they are had from there.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">How a sentence calls it: "the profile 'dev' (SSO session 'corp')".</param>
/// <param name="Key">Changes when the same place may give other credentials: other variables, other files.</param>
/// <param name="Create">Makes the SDK's object; may read files and may block.</param>
internal sealed record CredentialSource(CredentialKind Kind, string Name, string Key, Func<AWSCredentials> Create)
{
    /// <summary>The profile that somebody logs in to, where that is what helps.</summary>
    internal string? Profile { get; init; }

    /// <summary>What else was looked at before, for the sentence of a chain that ends here with nothing.</summary>
    internal string? Passed { get; init; }
}
