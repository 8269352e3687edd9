namespace RdsIamAspire.Emulator;

/// <summary>What a running server is doing, as <see cref="ILocalMySqlServer.StateChanged"/> tells it.</summary>
public enum LocalMySqlServerState
{
    /// <summary>It answers logins.</summary>
    Running,

    /// <summary>It died (out of memory, a crash, a kill) and is being started again on the same data.</summary>
    Restarting,

    /// <summary>It is gone and does not come back: start another one.</summary>
    Ended,
}

/// <summary>A server that died, came back or is gone, without having been told to.</summary>
/// <param name="State">What it is now.</param>
/// <param name="Message">One line for people: what happened and, where it is gone, what to do.</param>
public sealed record LocalMySqlServerStateChange(LocalMySqlServerState State, string Message);
