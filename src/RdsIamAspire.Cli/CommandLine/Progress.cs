using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>
/// What takes over a second is said, so that nobody takes it for a hang: a line on stderr like any other, which a pipe, a log, a narrow
/// terminal and a program that shares it can take.
/// </summary>
internal static class Progress
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(15);

    /// <summary>Waits for it, or for as long as it takes to be worth a line, and another every quarter of a minute.</summary>
    /// <param name="what">What is done, as in <c>opening ssm:i-…</c>.</param>
    /// <param name="task">It; its failure is the caller's.</param>
    public static async Task WhileAsync(string what, Task task)
    {
        if (IsThereInAMoment(task))
            return;
        var clock = Stopwatch.StartNew();
        if (await IsLongerThanAsync(Quick, task))
            Terminal.Say($"{what} …");
        while (await IsLongerThanAsync(Again, task))
            Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"still {what}, for {clock.Elapsed.TotalSeconds:0} s"));
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The same, and its result.</summary>
    public static async Task<T> OfAsync<T>(string what, Task<T> task)
    {
        await WhileAsync(what, task);
        return await task;
    }

    /// <summary>
    /// Most is done in a moment, and the command has nothing else to do meanwhile: waiting in place spares it the machinery of five
    /// methods that are called back.
    /// </summary>
    private static bool IsThereInAMoment(Task task)
    {
        try
        {
            return task.Wait(Moment);
        }
        catch (AggregateException)
        {
            return true;
        }
    }

    private static async Task<bool> IsLongerThanAsync(TimeSpan time, Task task)
    {
        if (task.IsCompleted)
            return false;
        using var ended = new CancellationTokenSource();
        var isLonger = await Task.WhenAny(task, Task.Delay(time, ended.Token)) != task;
        await ended.CancelAsync();
        return isLonger;
    }
}
