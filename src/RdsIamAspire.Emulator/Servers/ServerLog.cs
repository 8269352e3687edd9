using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Emulator;

/// <summary>What a local server's start says in the log.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Starting {Server}.")]
    public static partial void Starting(this ILogger logger, string server);

    [LoggerMessage(2, LogLevel.Information, "{Server} (MySQL {Version}) listens on {Host}:{Port}.")]
    public static partial void Listening(this ILogger logger, string server, string version, string host, int port);

    [LoggerMessage(3, LogLevel.Information, "Initialising a data directory for {Server}, once on this machine.")]
    public static partial void Initializing(this ILogger logger, string server);

    [LoggerMessage(4, LogLevel.Information, "Pulling the image {Image}.")]
    public static partial void Pulling(this ILogger logger, string image);

    [LoggerMessage(5, LogLevel.Warning, "{Server} did not start; making its data directory anew.")]
    public static partial void Rebuilding(this ILogger logger, string server);

    [LoggerMessage(6, LogLevel.Information, "{Progress}.")]
    public static partial void Unpacking(this ILogger logger, string progress);

    [LoggerMessage(7, LogLevel.Warning, "{Reason}")]
    public static partial void CannotUnpack(this ILogger logger, string reason);
}
