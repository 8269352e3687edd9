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

/// <summary>Why a login does not work; the number is the exit code of <c>doctor</c>. docs/cli.md has a line for each.</summary>
internal enum Cause
{
    // Who signs.
    NoRegion = 10,
    NoCredentials = 11,
    CredentialsExpired = 12,
    CredentialsIncomplete = 13,
    EmulatorCredentials = 14,
    UnknownAccessKey = 15,

    // The way there.
    ViaFailed = 20,
    HostNotFound = 21,
    PortClosed = 22,
    NoAnswer = 23,
    NoGreeting = 24,
    NotMySql = 25,
    TunnelRefuses = 26,

    // TLS.
    NoTls = 30,
    TlsFailed = 31,
    NoRootForRegion = 32,
    CertificateUntrusted = 33,
    CertificateWrongName = 34,
    CertificateExpired = 35,
    ClockBehind = 36,

    // What the server says before it looks at a token.
    TooManyConnections = 40,
    Throttled = 41,
    HostBlocked = 42,
    HostNotAllowed = 43,
    ServerRefuses = 44,

    // The user, and the token.
    PluginNotLoaded = 50,
    UserNotIam = 51,
    WrongSignFor = 52,
    WrongRegion = 53,
    PolicyDenies = 54,
    ClockSkew = 55,
    RefusedByEmulator = 56,
    AccessDenied = 57,
}
