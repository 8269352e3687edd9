using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// The made-up AWS credentials of one AppHost. Every local server of it knows them, so that a service with two databases logs in to
/// both with the one set of credentials that an environment can hold, as on AWS.
/// </summary>
internal sealed class LocalAwsIdentity
{
    private LocalAwsIdentity(EmulatorPrincipal principal) => Principal = principal;

    /// <summary>Who the services are.</summary>
    internal EmulatorPrincipal Principal { get; }

    /// <summary>
    /// Who the AppHost's own health checks are: what they are denied stands on the health already, and is kept out of the log.
    /// </summary>
    internal EmulatorPrincipal HealthPrincipal { get; } = EmulatorPrincipal.CreateDefault();

    internal static LocalAwsIdentity Create() => new(EmulatorPrincipal.CreateDefault());

    /// <summary>Sets the variables that every AWS SDK's credential chain reads. A variable that the AppHost set itself stays.</summary>
    internal void AddTo(Dictionary<string, object> variables, string region)
    {
        variables.TryAdd("AWS_REGION", region);
        variables.TryAdd("AWS_DEFAULT_REGION", region);
        if (variables.ContainsKey("AWS_ACCESS_KEY_ID"))
        {
            return;
        }

        variables["AWS_ACCESS_KEY_ID"] = Principal.AccessKeyId;
        variables["AWS_SECRET_ACCESS_KEY"] = Principal.SecretAccessKey;
        if (Principal.SessionToken is { } sessionToken)
        {
            variables["AWS_SESSION_TOKEN"] = sessionToken;
        }
    }
}
