using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// The time until a container runs. What keeps it from that and may pass (no engine yet, a start by hand) leaves the endpoint waiting, and
/// so whoever
/// waits for the endpoint: a state that says "failed" would end them for good.
/// </summary>
internal sealed class ContainerStart(ContainerResource container, RdsMySqlResource owner)
{
    /// <exception cref="DistributedApplicationException">The container ended, or could not be made.</exception>
    internal async Task WaitAsync(IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        string? said = null;
        await foreach (var update in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (update.Resource != container || update.Snapshot.State?.Text is not { } state)
            {
                continue;
            }

            if (state == KnownResourceStates.Running)
            {
                if (said is not null)
                {
                    await RdsLifecycle.PublishStateAsync(owner, notifications, KnownResourceStates.Starting).ConfigureAwait(false);
                }

                return;
            }

            if (KnownResourceStates.TerminalStates.Contains(state))
            {
                throw new DistributedApplicationException(
                    await ContainerEnd.DescribeAsync(services, container, owner, state).ConfigureAwait(false));
            }

            if (ReasonOf(state) is { } reason && reason != said)
            {
                said = reason;
                LifecycleLog.Waits(logger, reason);
                LifecycleLog.Waits(LifecycleLog.Console(services), reason);
                RdsLifecycle.TellWaiters(owner, services, reason);
                await RdsLifecycle.PublishStateAsync(owner, notifications, KnownResourceStates.Waiting).ConfigureAwait(false);
            }
        }
    }

    private string? ReasonOf(string state) =>
        state == KnownResourceStates.RuntimeUnhealthy ? ContainerEnd.NoEngine(container.Name, owner)
        : state == KnownResourceStates.NotStarted && container.HasAnnotationOfType<ExplicitStartupAnnotation>()
            ? $"'{container.Name}' is to be started by hand (WithExplicitStart): its start command, or restart on '{owner.Name}', "
                + $"starts it, and '{owner.Name}' follows."
        : null;
}

/// <summary>Why a container takes no login, for people.</summary>
internal static partial class ContainerEnd
{
    /// <summary>How long the container's last words may take to arrive.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How much longer it is read once it has said what went wrong.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    private const int MostLines = 3;

    internal static string NoEngine(string containerName, RdsMySqlResource owner) =>
        $"No container engine answers, so '{containerName}' cannot run. Start Docker (or Podman): '{owner.Name}' follows by itself, and "
            + "so does what waits for it. "
        + (owner.Local?.Reason is { } reason
            ? $"It is a container because: {reason}."
            : $"To work without one, call .RunAsEmulator() on '{owner.Name}', which takes a mysqld where no container is needed.");

    /// <summary>Says how the container ended, with what its own log says of it.</summary>
    internal static async Task<string> DescribeAsync(
        IServiceProvider services, ContainerResource container, RdsMySqlResource owner, string state)
    {
        if (state == KnownResourceStates.RuntimeUnhealthy)
        {
            return NoEngine(container.Name, owner);
        }

        var log = await LogAsync(services, container).ConfigureAwait(false);
        var words = InitFileError.Find(log, container) is { } error ? [error] : ErrorsIn(log);
        var ended = $"Container '{container.Name}' ended ({state}) before it took a login";
        return words.Count == 0
            ? $"{ended}. Its own log says why; a missing image or a taken port is the usual cause."
            : $"{ended}: {string.Join(" / ", words)}";
    }

    /// <summary>The last lines that say what went wrong, without time stamps.</summary>
    internal static IReadOnlyList<string> ErrorsIn(IEnumerable<string> lines) =>
    [
        .. lines
            .Where(static l => l.Contains("[ERROR]", StringComparison.Ordinal) || l.Contains("ERROR ", StringComparison.Ordinal)
                || l.Contains(" error: ", StringComparison.OrdinalIgnoreCase) || l.Contains(
                    "Error response from daemon", StringComparison.Ordinal)
                || l.Contains("did not ", StringComparison.Ordinal) || l.Contains("cannot ", StringComparison.Ordinal))
            .Where(static l => !l.Contains("[ERROR] [MY-010119]", StringComparison.Ordinal)) // "Aborting", which says nothing
            .Select(Trimmed)
            .Distinct(StringComparer.Ordinal)
            .TakeLast(MostLines),
    ];

    private static string Trimmed(string line)
    {
        var text = TimePattern().Replace(line.Trim(), string.Empty);
        foreach (var mark in (string[])["[ERROR] ", "[Server] ", "error: "])
        {
            if (text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at)
            {
                text = text[(at + mark.Length)..];
            }
        }

        return text.Trim();
    }

    private static async Task<List<string>> LogAsync(IServiceProvider services, ContainerResource container)
    {
        var lines = new List<string>();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var batch in services.GetRequiredService<ResourceLoggerService>().GetAllAsync(container)
                .WithCancellation(patience.Token).ConfigureAwait(false))
            {
                lines.AddRange(batch.Select(static l => l.Content));
                if (ErrorsIn(lines).Count > 0 || InitFileError.Find(lines, container) is not null)
                {
                    patience.CancelAfter(Rest);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What has arrived will do.
        }

        return lines;
    }

    /// <remarks>The orchestrator's time in front of each line.</remarks>
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\S+Z ")]
    private static partial Regex TimePattern();
}
