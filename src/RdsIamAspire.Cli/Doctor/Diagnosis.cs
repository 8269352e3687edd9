namespace RdsIamAspire.Cli.Doctor;

/// <summary>What came of a login: each step, and when it failed one cause with the remedy.</summary>
internal sealed record Diagnosis
{
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Null when the login works.</summary>
    public Cause? Cause { get; init; }

    /// <summary>The cause in a sentence, with its values.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do, a step each.</summary>
    public IReadOnlyList<string> Remedies { get; init; } = [];
}

/// <summary>Why a login does not work. docs/cli.md has a line for each.</summary>
internal enum Cause
{
    NoRegion,
    NoCredentials,
    CredentialsExpired,
    HostNotFound,
    ViaFailed,
    PortClosed,
    NoAnswer,
    NoGreeting,
    NotMySql,
    ServerRefuses,
    TooManyConnections,
    Throttled,
    HostBlocked,
    HostNotAllowed,
    TunnelRefuses,
    NoTls,
    NoRootForRegion,
    CertificateUntrusted,
    CertificateWrongName,
    CertificateExpired,
    ClockBehind,
    TlsFailed,
    PluginNotLoaded,
    UserNotIam,
    EmulatorCredentials,
    UnknownAccessKey,
    CredentialsIncomplete,
    WrongSignFor,
    WrongRegion,
    PolicyDenies,
    ClockSkew,
    AccessDenied,
}
