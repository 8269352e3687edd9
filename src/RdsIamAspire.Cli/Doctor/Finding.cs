namespace RdsIamAspire.Cli.Doctor;

/// <summary>One step of a login, or one thing that was looked at after it failed.</summary>
/// <param name="Step">What was looked at: <c>dns</c>, <c>tcp</c>, <c>tls</c>, …</param>
/// <param name="State">How it is.</param>
/// <param name="Detail">What was seen, with its values.</param>
internal sealed record Finding(string Step, FindingState State, string Detail);

/// <summary>How a step is.</summary>
internal enum FindingState
{
    /// <summary>Proven to be in order.</summary>
    Ok,

    /// <summary>Proven to be wrong.</summary>
    Failed,

    /// <summary>Not to be proven from here; to be looked at.</summary>
    Open,
}
