namespace RdsIamAspire.Cli.CommandLine;

/// <summary>What takes over a second is said, so that nobody takes it for a hang.</summary>
internal static class Progress
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    /// <summary>Waits for it, or for as long as it takes to be worth a line.</summary>
    /// <param name="what">What is done, as in <c>opening ssm:i-…</c>.</param>
    /// <param name="task">It; its failure is the caller's.</param>
    public static async Task WhileAsync(string what, Task task)
    {
        if (await Task.WhenAny(task, Task.Delay(Quick)) != task)
            Terminal.Say($"{what} …");
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
