namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// The pace at which one data source logs in anew. RDS takes some 200 new IAM logins a second for an instance ("IAM database
/// authentication", Limitations) and refuses the rest as it refuses a wrong token; after a failover or a deployment a fleet comes at once.
/// So one login goes ahead, and when it has passed, two follow, then four, as TCP does (RFC 5681, slow start, also after an idle time): a
/// pool fills within a few round trips, and a server that refuses is asked by one login of each data source and not by ten. Whoever's turn
/// has come looks into the pool first: a connection that was given back meanwhile saves the login.
/// </summary>
internal sealed class LoginPace(TimeSpan spread, TimeProvider time, Func<double>? random = null)
{
    private const int MostAtOnce = 64;

    /// <summary>After so long without a login one goes ahead again.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private readonly Lock _lock = new();
    private readonly LinkedList<(LoginTurn Turn, TaskCompletionSource Place)> _waiting = new();
    private readonly DateTimeOffset _built = time.GetUtcNow();
    private int _window = 1;
    private int _in;
    private int _refusals;
    private bool _proven;
    private DateTimeOffset _lastLogin;
    private DateTimeOffset? _notBefore;

    /// <summary>Whether a login has passed before: then a refusal of a new token may be the limit and not the login's own fault.</summary>
    internal bool IsProven
    {
        get { lock (_lock) return _proven; }
    }

    /// <summary>Whether the first login of all is on its way: another would only be stopped.</summary>
    internal bool IsFirstUnderWay
    {
        get { lock (_lock) return !_proven && _in > 0; }
    }

    /// <summary>Lets the turn in if it may log in at this moment.</summary>
    internal bool TryEnter(LoginTurn turn)
    {
        lock (_lock)
        {
            if (turn.IsIn)
                return true;
            if (_waiting.Count > 0 || !IsOpen || NotBefore > time.GetUtcNow())
                return false;
            LetIn(turn);
            return true;
        }
    }

    /// <summary>
    /// Waits until the turn may log in. After <paramref name="patience"/> it may in any case: no open waits here longer than a server
    /// would make it wait.
    /// </summary>
    /// <exception cref="Exception">The login that went ahead was refused for good: the same holds for those behind it.</exception>
    internal async Task EnterAsync(LoginTurn turn, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (Queue(turn) is { } place)
        {
            try
            {
                await place.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                Overtake(turn);
            }
            catch (OperationCanceledException)
            {
                Leave(turn);
                throw;
            }
        }

        if (PauseBefore(patience) is { } pause)
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="EnterAsync"/>, blocking; without timers of the pool, all of whose threads may be blocked here.</summary>
    internal void Enter(LoginTurn turn, TimeSpan patience)
    {
        if (Queue(turn) is { } place)
        {
            try
            {
                if (!place.Wait(patience))
                    Overtake(turn);
            }
            catch (AggregateException e)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
            }
        }

        if (PauseBefore(patience) is { } pause)
            Thread.Sleep(pause);
    }

    /// <summary>The open has ended well.</summary>
    internal void Passed(LoginTurn turn)
    {
        lock (_lock)
        {
            if (turn.Dials)
                Proved();
            Out(turn);
        }
    }

    /// <summary>A login that did not come by a path of ours has passed.</summary>
    internal void PassedElsewhere()
    {
        lock (_lock)
            Proved();
    }

    /// <summary>The server has refused a new token of a login that has passed before. How long to wait before another try.</summary>
    internal TimeSpan Refused()
    {
        lock (_lock)
        {
            _window = 1;
            var longest = FirstPause * Math.Pow(2, Math.Min(_refusals++, 10));
            longest = longest < LongestPause ? longest : LongestPause;
            // Full jitter: those that were refused together do not come back together.
            var pause = longest * (0.1 + 0.9 * _random());
            _notBefore = time.GetUtcNow() + pause;
            return pause;
        }
    }

    /// <summary>The open is over without a login. Those behind it are given its failure when it is theirs too.</summary>
    internal void Leave(LoginTurn turn, Exception? theirs = null)
    {
        lock (_lock)
        {
            if (theirs is not null)
            {
                foreach (var (_, place) in _waiting)
                    place.TrySetException(theirs);
                _waiting.Clear();
            }

            Out(turn);
        }
    }

    /// <summary>The server could not be reached, or said something that has nothing to do with logins: everybody sees for
    /// himself.</summary>
    internal void Unreachable(LoginTurn turn)
    {
        lock (_lock)
        {
            // A fleet that has lost its server does not come back in one instant.
            if (_proven && spread > TimeSpan.Zero)
                _notBefore = time.GetUtcNow() + spread * _random();
            while (_waiting.First is { } first)
                LetIn(first);
            Out(turn);
        }
    }

    private bool IsOpen
    {
        get
        {
            if (_in == 0 && time.GetUtcNow() - _lastLogin > Idle)
                _window = 1;
            return _in < _window;
        }
    }

    /// <summary>The first login of all has a moment of its own within the spread, counted from when the data source was built.</summary>
    private DateTimeOffset NotBefore => _notBefore ??= _built + spread * _random();

    private Task? Queue(LoginTurn turn)
    {
        lock (_lock)
        {
            if (turn.IsIn)
                return null;
            if (_waiting.Count == 0 && IsOpen)
            {
                LetIn(turn);
                return null;
            }

            var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.AddLast((turn, place));
            return place.Task;
        }
    }

    private TimeSpan? PauseBefore(TimeSpan patience)
    {
        lock (_lock)
        {
            var pause = NotBefore - time.GetUtcNow();
            return pause <= TimeSpan.Zero ? null : pause < patience || patience == Timeout.InfiniteTimeSpan ? pause : patience;
        }
    }

    private void Overtake(LoginTurn turn)
    {
        lock (_lock)
        {
            Withdraw(turn);
            if (!turn.IsIn)
                LetIn(turn);
        }
    }

    private void Withdraw(LoginTurn turn)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (ReferenceEquals(node.Value.Turn, turn))
            {
                _waiting.Remove(node);
                return;
            }
        }
    }

    private void LetIn(LoginTurn turn)
    {
        turn.IsIn = true;
        _in++;
    }

    private void LetIn(LinkedListNode<(LoginTurn Turn, TaskCompletionSource Place)> node)
    {
        _waiting.Remove(node);
        LetIn(node.Value.Turn);
        node.Value.Place.TrySetResult();
    }

    private void Out(LoginTurn turn)
    {
        Withdraw(turn);
        if (turn.IsIn)
        {
            turn.IsIn = false;
            _in--;
        }

        while (_waiting.First is { } first && IsOpen)
            LetIn(first);
    }

    private void Proved()
    {
        _proven = true;
        _refusals = 0;
        _notBefore = DateTimeOffset.MinValue;
        _lastLogin = time.GetUtcNow();
        _window = Math.Min(_window + 1, MostAtOnce);
    }
}
