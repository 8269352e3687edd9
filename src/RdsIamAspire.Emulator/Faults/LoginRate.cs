namespace RdsIamAspire.Emulator;

/// <summary>Counts new logins in any span of one second.</summary>
internal sealed class LoginRate(TimeProvider time)
{
    private readonly Queue<long> _recent = new();
    private readonly Lock _lock = new();

    /// <summary>Takes one login in, unless the limit is reached.</summary>
    public bool TryTake(int? limit)
    {
        if (limit is null)
            return true;
        var now = time.GetTimestamp();
        lock (_lock)
        {
            while (_recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= TimeSpan.FromSeconds(1))
                _recent.Dequeue();
            if (_recent.Count >= limit)
                return false;
            _recent.Enqueue(now);
            return true;
        }
    }
}
