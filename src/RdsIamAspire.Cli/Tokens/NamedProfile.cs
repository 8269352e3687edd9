using Amazon.Runtime.CredentialManagement;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tokens;

/// <summary>The profile of <c>--profile</c>: as in the AWS CLI it wins over credentials in the environment.</summary>
/// <remarks>Source: AWS CLI User Guide, "Configuration settings and precedence": command line options come first.</remarks>
internal static class NamedProfile
{
    // What the SDK would take before a profile.
    private static readonly string[] Before =
    [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_SESSION_NAME",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];

    /// <summary>
    /// Makes it the one whose credentials this process signs with, and whose region it takes where nothing else names one.
    /// </summary>
    /// <exception cref="ToolException">There is no such profile.</exception>
    public static void Use(string name)
    {
        Require(name);
        foreach (var variable in Before)
            Environment.SetEnvironmentVariable(variable, null);

        // The one place that the AWS SDK reads both region and credentials of a profile from.
        Environment.SetEnvironmentVariable("AWS_PROFILE", name);
    }

    /// <summary>That there is such a profile.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public static void Require(string name)
    {
        var chain = new CredentialProfileStoreChain();
        if (!chain.TryGetProfile(name, out _))
        {
            var known = chain.ListProfiles().Select(profile => profile.Name).Distinct().Order(StringComparer.Ordinal).ToList();
            throw ToolException.Missing($"there is no profile '{name}' in ~/.aws/config or"
                + $" ~/.aws/credentials{Spelling.Suggestion(name, known)}"
                + (known.Count == 0 ? " (there is none at all; make one with 'aws configure sso')"
                : $" (there are: {string.Join(", ", known.Take(10))})"));
        }
    }
}
