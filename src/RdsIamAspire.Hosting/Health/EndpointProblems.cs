using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Hosting.Health;

/// <summary>
/// Writes to an endpoint's own log why the AppHost cannot log in to it: once for each reason, and once more when it can again. Health
/// alone would say it
/// where nobody looks while a service waits.
/// </summary>
internal sealed partial class EndpointProblems(ResourceLoggerService loggers)
{
    private readonly ConcurrentDictionary<string, string> _said = new(StringComparer.Ordinal);

    internal void Failed(RdsMySqlResource server, string reason)
    {
        if (!_said.TryGetValue(server.Name, out var said) || said != reason)
        {
            _said[server.Name] = reason;
            var log = loggers.GetLogger(server);
            CannotLogIn(log, server.Name, reason);
        }
    }

    internal void Worked(RdsMySqlResource server)
    {
        if (_said.TryRemove(server.Name, out _))
        {
            var log = loggers.GetLogger(server);
            LogsInAgain(log, server.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No login to {Endpoint} works, and what waits for it goes on waiting: {Reason}")]
    private static partial void CannotLogIn(ILogger logger, string endpoint, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Logins to {Endpoint} work again.")]
    private static partial void LogsInAgain(ILogger logger, string endpoint);
}
