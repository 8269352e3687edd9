namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>One open of a connection: whether it may log in now, and what came of it. Follows the open into the driver.</summary>
internal sealed class LoginTurn(LoginPace pace)
{
    private static readonly AsyncLocal<LoginTurn?> Flow = new();

    /// <summary>The open that the running code belongs to; null when it does not come by a path of ours.</summary>
    internal static LoginTurn? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    internal LoginPace Pace => pace;

    /// <summary>Let in by the pace, which counts it until it leaves.</summary>
    internal bool IsIn { get; set; }

    /// <summary>A socket was opened for it: the pool had no connection.</summary>
    internal bool Dials { get; private set; }

    /// <summary>It was stopped before its socket because it is not its turn yet.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>The driver is about to open a socket: true when it may.</summary>
    internal bool MayDial()
    {
        IsStopped = !pace.TryEnter(this);
        Dials = !IsStopped;
        return Dials;
    }

    /// <summary>For another try.</summary>
    internal void Again() => (Dials, IsStopped) = (false, false);
}
