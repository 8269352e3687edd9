using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Hosting.Health;

/// <summary>
/// Writes why an endpoint or a database takes no login to its own log, to that of whoever waits for it, and to the AppHost's console: once
/// for each reason, and once more when it does. Health alone would say it where nobody looks while a service waits.
/// </summary>
internal sealed partial class EndpointProblems(
    ResourceLoggerService loggers, DistributedApplicationModel model, ILoggerFactory consoles)
{
    private readonly ILogger _console = consoles.CreateLogger("RdsIamAspire.Hosting");
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Of, string Reason)> _told = new(StringComparer.Ordinal);

    internal void Failed(IResource resource, string reason)
    {
        lock (_gate)
        {
            if (_said.TryGetValue(resource.Name, out var said) && said == reason)
            {
                return;
            }

            // An endpoint and its databases have one reason, as a rule: the console hears it once.
            var isNews = !_said.ContainsValue(reason);
            _said[resource.Name] = reason;
            var log = loggers.GetLogger(resource);
            CannotLogIn(log, resource.Name, reason);
            if (isNews)
            {
                CannotLogIn(_console, resource.Name, reason);
            }

            TellWaiters(resource, reason);
        }
    }

    internal void Worked(IResource resource)
    {
        lock (_gate)
        {
            if (!_said.Remove(resource.Name))
            {
                return;
            }

            var log = loggers.GetLogger(resource);
            LogsIn(log, resource.Name);
            if (_said.Count == 0)
            {
                LogsIn(_console, resource.Name);
            }
        }
    }

    /// <summary>
    /// Says in the log of each resource that waits for this one what it waits for. Who waits for a database waits for its endpoint too,
    /// and reads it once.
    /// </summary>
    internal void TellWaiters(IResource resource, string reason)
    {
        var waiters = model.Resources.Where(r => r.Annotations.OfType<WaitAnnotation>().Any(
            w => w.Resource == resource && w.WaitType != WaitType.WaitForCompletion));
        lock (_gate)
        {
            foreach (var waiter in waiters)
            {
                if (_told.TryGetValue(waiter.Name, out var told) && told.Reason == reason && told.Of != resource.Name)
                {
                    continue;
                }

                _told[waiter.Name] = (resource.Name, reason);
                var log = loggers.GetLogger(waiter);
                Waits(log, waiter.Name, resource.Name, reason);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No login to {Endpoint} works, and what waits for it goes on waiting: {Reason}")]
    private static partial void CannotLogIn(ILogger logger, string endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Logins to {Endpoint} work.")]
    private static partial void LogsIn(ILogger logger, string endpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Waiter} waits for {Endpoint}: {Reason}")]
    private static partial void Waits(ILogger logger, string waiter, string endpoint, string reason);
}
