namespace RdsIamAspire.Emulator;

/// <summary>A failover that is over.</summary>
/// <param name="OldWriter">The instance that was the writer, <c>instance-1</c> say; it is the reader now.</param>
/// <param name="NewWriter">The instance that is the writer now.</param>
/// <param name="SessionsEnded">How many sessions of the old writer were ended.</param>
/// <param name="Duration">From the first session that was ended to when the writer's endpoint let the next one in.</param>
public sealed record AuroraFailover(string OldWriter, string NewWriter, int SessionsEnded, TimeSpan Duration);
