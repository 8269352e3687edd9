using System.Net;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>What is served, decided.</summary>
/// <param name="Rds">Server, emulator, databases and users.</param>
/// <param name="Listen">Where clients connect.</param>
/// <param name="Http">Where CA, credentials and health are.</param>
internal sealed record ServePlan(LocalRdsOptions Rds, IPEndPoint Listen, IPEndPoint Http)
{
    /// <summary>Whether CA and credentials are served there too, and not health alone.</summary>
    public bool ServesHttp { get; init; } = true;

    /// <summary>What the Authorization header of whoever reads credentials must hold; null for nothing. Never shown.</summary>
    public string? HttpToken { get; init; }

    /// <summary>The folder, or the volume of a container, that keeps the data; null for throw-away data.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The folder that CA and credentials are written to; null for none.</summary>
    public string? Share { get; init; }

    /// <summary>How long statements may run on after SIGTERM.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>Whether logins that succeed are written too.</summary>
    public bool SaysAllLogins { get; init; }

    /// <summary>What goes wrong on purpose.</summary>
    public IReadOnlyList<Action<EmulatorFaults>> Faults { get; init; } = [];
}
