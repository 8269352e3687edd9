using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>What takes long on a machine's first start (an unpacking, a pull, a data directory), in the endpoint's state and log.</summary>
internal sealed class StartProgress(RdsMySqlResource owner, IServiceProvider services, ILogger log) : IProgress<LocalMySqlServerProgress>
{
    private readonly ResourceNotificationService _notifications = services.GetRequiredService<ResourceNotificationService>();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _pulled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _layers = new(StringComparer.Ordinal);
    private bool _isShown;

    public void Report(LocalMySqlServerProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_gate)
        {
            if (StateOf(value) is { } state)
            {
                _isShown = true;
                // Only for people to see: the next state comes whether or not this one has arrived.
                _ = RdsLifecycle.PublishStateAsync(owner, _notifications, new ResourceStateSnapshot(state, KnownResourceStateStyles.Info));
            }

            if (value.Step is not (LocalMySqlServerStep.Starting or LocalMySqlServerStep.Listening or LocalMySqlServerStep.Attaching)
                && !IsOfALayer(value, out _, out _))
            {
                LifecycleLog.Progress(log, value.Message);
            }
        }
    }

    /// <summary>The long part is over: where it was shown, the endpoint is starting again.</summary>
    internal Task EndAsync()
    {
        lock (_gate)
        {
            return _isShown ? RdsLifecycle.PublishStateAsync(owner, _notifications, KnownResourceStates.Starting) : Task.CompletedTask;
        }
    }

    /// <remarks>Short, or the dashboard cuts it off; and without "MySQL", which it takes apart into "my SQL".</remarks>
    private string? StateOf(LocalMySqlServerProgress value) => value.Step switch
    {
        LocalMySqlServerStep.Unpacking => "Unpacking" + StepIn(value.Message),
        LocalMySqlServerStep.Pulling => "Pulling image" + LayersIn(value),
        LocalMySqlServerStep.Initializing or LocalMySqlServerStep.Rebuilding => "Initialising",
        _ => null,
    };

    /// <summary>From "step 2 of 3: …".</summary>
    private static string StepIn(string message) =>
        message.StartsWith("step ", StringComparison.Ordinal) && message.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? $" ({message["step ".Length..colon]})"
            : string.Empty;

    /// <summary>How many of an image's layers are here.</summary>
    private string LayersIn(LocalMySqlServerProgress value)
    {
        if (IsOfALayer(value, out var layer, out var isHere))
        {
            _layers.Add(layer);
            if (isHere)
            {
                _pulled.Add(layer);
            }
        }

        return _layers.Count == 0 ? string.Empty : $" ({_pulled.Count} of {_layers.Count})";
    }

    /// <summary>From "mysql:8.4: 1f2e3d4c Pull complete", of which there are too many for a log.</summary>
    private static bool IsOfALayer(LocalMySqlServerProgress value, out string layer, out bool isHere)
    {
        var words = value.Message.Split(": ", 2);
        (layer, isHere) = (words[^1].Split(' ')[0], words[^1].EndsWith("Pull complete", StringComparison.Ordinal));
        return value.Step == LocalMySqlServerStep.Pulling && words.Length == 2;
    }
}
