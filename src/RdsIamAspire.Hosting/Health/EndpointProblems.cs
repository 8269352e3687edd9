using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Hosting.Health;

/// <summary>
/// Writes why an endpoint or a database takes no login to its own log, and to that of whoever waits for it: once for each reason, and once
/// more when it does. Health alone would say it where nobody looks while a service waits.
/// </summary>
internal sealed partial class EndpointProblems(ResourceLoggerService loggers, DistributedApplicationModel model)
{
    private readonly ConcurrentDictionary<string, string> _said = new(StringComparer.Ordinal);

    internal void Failed(IResource resource, string reason)
    {
        if (!_said.TryGetValue(resource.Name, out var said) || said != reason)
        {
            _said[resource.Name] = reason;
            var log = loggers.GetLogger(resource);
            CannotLogIn(log, resource.Name, reason);
            TellWaiters(resource, reason);
        }
    }

    internal void Worked(IResource resource)
    {
        if (_said.TryRemove(resource.Name, out _))
        {
            var log = loggers.GetLogger(resource);
            LogsIn(log, resource.Name);
        }
    }

    /// <summary>Says in the log of each resource that waits for this one what it waits for.</summary>
    internal void TellWaiters(IResource resource, string reason)
    {
        var waiters = model.Resources.Where(r => r.Annotations.OfType<WaitAnnotation>().Any(
            w => w.Resource == resource && w.WaitType != WaitType.WaitForCompletion));
        foreach (var waiter in waiters)
        {
            var log = loggers.GetLogger(waiter);
            Waits(log, waiter.Name, resource.Name, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No login to {Endpoint} works, and what waits for it goes on waiting: {Reason}")]
    private static partial void CannotLogIn(ILogger logger, string endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Logins to {Endpoint} work.")]
    private static partial void LogsIn(ILogger logger, string endpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Waiter} waits for {Endpoint}: {Reason}")]
    private static partial void Waits(ILogger logger, string waiter, string endpoint, string reason);
}
