namespace RdsIamAspire.Credentials;

/// <summary>
/// A few threads of our own on which tokens are made and credentials are read. A service whose requests wait for a token may have every
/// thread of the pool waiting:
/// what they wait for must not stand in the same queue. A provider that blocks takes one of these threads and none of the pool's.
/// </summary>
internal sealed class CredentialThreads : TaskScheduler
{
    /// <summary>More than this many providers that block at once wait for each other.</summary>
    private const int Most = 32;

    private static readonly TimeSpan IdleLife = TimeSpan.FromSeconds(15);

    private readonly Queue<Task> _work = new();
    private readonly object _signal = new();
    private int _threads;
    private int _idle;

    [ThreadStatic]
    private static bool _isOurs;

    internal static CredentialThreads Shared { get; } = new();

    public override int MaximumConcurrencyLevel => Most;

    /// <summary>
    /// Runs the work here. What it awaits with its context kept goes on here too; the caller's context does not come along.
    /// </summary>
    internal Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();
    }

    protected override void QueueTask(Task task)
    {
        lock (_signal)
        {
            _work.Enqueue(task);
            if (_idle >= _work.Count || _threads == Most)
            {
                Monitor.Pulse(_signal);
                return;
            }

            _threads++;
        }

        new Thread(Serve) { IsBackground = true, Name = "RdsIamAspire credentials" }.UnsafeStart();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        _isOurs && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_signal)
            return [.. _work];
    }

    private void Serve()
    {
        _isOurs = true;
        while (Next() is { } task)
            TryExecuteTask(task);
    }

    /// <summary>The next piece of work; null when none has come for a while, and this thread ends.</summary>
    private Task? Next()
    {
        lock (_signal)
        {
            while (true)
            {
                if (_work.TryDequeue(out var task))
                    return task;
                _idle++;
                var signalled = Monitor.Wait(_signal, IdleLife);
                _idle--;
                if (!signalled && _work.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }
        }
    }
}
