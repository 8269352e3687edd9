namespace RdsIamAspire;

/// <summary>How much a finding matters.</summary>
public enum RdsPolicySeverity
{
    /// <summary>It works, and is wider or odder than it should be.</summary>
    Warning,

    /// <summary>The login it is meant for is refused, or the text is no policy.</summary>
    Error,
}
