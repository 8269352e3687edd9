using System.Collections.Concurrent;

namespace RdsIamAspire.Emulator;

/// <summary>
/// The logins that this agent was handed, by the plugin's number. The plugin offers a login again when no answer came, because the
/// connection that took it may be gone: it then gets the verdict that it has, and is not judged, counted and reported a second time.
/// </summary>
internal sealed class OfferedLogins(TimeProvider clock)
{
    // The plugin waits ten seconds for a verdict (ANSWER_DEADLINE_MS); no login is offered after that.
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ulong, LoginVerdict?> _verdicts = new();
    private readonly ConcurrentQueue<(ulong Id, long Since)> _byAge = new();

    /// <summary>Whether this is the first time, so that the caller judges it.</summary>
    /// <param name="id">The plugin's number of the login.</param>
    /// <param name="verdict">The verdict of an earlier time; null while there is none.</param>
    public bool TryBegin(ulong id, out LoginVerdict? verdict)
    {
        if (!_verdicts.TryAdd(id, null))
        {
            _verdicts.TryGetValue(id, out verdict);
            return false;
        }

        verdict = null;
        _byAge.Enqueue((id, clock.GetTimestamp()));
        while (_byAge.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.Since) > Kept && _byAge.TryDequeue(out oldest))
            _verdicts.TryRemove(oldest.Id, out _);
        return true;
    }

    /// <summary>Says the verdict, to be given from now on whenever the login is offered again.</summary>
    public void Complete(LoginVerdict verdict) => _verdicts.TryUpdate(verdict.Id, verdict, null);
}
