using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Hosting.Local;

/// <summary>What becomes of an endpoint and its server, as its log has it.</summary>
internal static partial class LifecycleLog
{
    /// <summary>The AppHost's console, for whoever has no dashboard open.</summary>
    internal static ILogger Console(IServiceProvider services) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger("RdsIamAspire.Hosting");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} did not start: {Reason}")]
    internal static partial void Failed(ILogger logger, Exception? exception, string resource, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} is {State}; logins wait until it runs again.")]
    internal static partial void ServerGone(ILogger logger, string server, string state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} is a new container, and the data of the one before is gone with it: "
        + "databases and users are made anew, and what services wrote is not there. WithDataVolume() keeps it.")]
    internal static partial void NewServer(ILogger logger, string server);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} takes no login yet: {Reason}")]
    internal static partial void StillWaiting(ILogger logger, string server, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} takes logins after {Seconds:0.0} s.")]
    internal static partial void ServerReady(ILogger logger, string server, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} runs as {What}: {Reason}.")]
    internal static partial void Chosen(ILogger logger, string server, string what, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Progress}")]
    internal static partial void Progress(ILogger logger, string progress);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Resource} waits for its host: {What} has no value. "
        + "Give it one on the dashboard, or in the environment as {Variable}. {Hint}")]
    internal static partial void NoHost(ILogger logger, string resource, string what, string variable, string hint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} is reached via {Way}, and {Resource} has no tunnel: call .AddTunnel() on "
        + "it, and have services reference that.")]
    internal static partial void NoTunnel(ILogger logger, string endpoint, string way, string resource);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} is marked read-only, which holds for 'rds-iam connect': what services "
        + "of {Resource} may write is up to the privileges of their user.")]
    internal static partial void NotReadOnly(ILogger logger, string endpoint, string resource);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What}")]
    internal static partial void ServerDied(ILogger logger, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{What}")]
    internal static partial void ServerBack(ILogger logger, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}")]
    internal static partial void Waits(ILogger logger, string what);
}
