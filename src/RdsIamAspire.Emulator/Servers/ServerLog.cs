using System.Globalization;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Emulator;

/// <summary>What a local server's start and its life say: in the log, and to whoever watches the start.</summary>
internal sealed partial class ServerLog
{
    private readonly ILogger _logger;
    private readonly IProgress<LocalMySqlServerProgress>? _progress;

    public ServerLog(LocalMySqlServerOptions options)
        : this(options.LoggerFactory.CreateLogger("RdsIamAspire.Emulator.Servers")) => _progress = options.Progress;

    public ServerLog(ILogger logger) => _logger = logger;

    public void Starting(string server)
    {
        LogStarting(_logger, server);
        Report(LocalMySqlServerStep.Starting, $"starting {server}");
    }

    public void Pulling(string image)
    {
        LogPulling(_logger, image);
        Report(LocalMySqlServerStep.Pulling, $"pulling the image {image}");
    }

    /// <summary>What the engine says of a pull; for the watcher only.</summary>
    public void Pulling(string image, string what) => Report(LocalMySqlServerStep.Pulling, $"{image}: {what}");

    public void Initializing(string server)
    {
        LogInitializing(_logger, server);
        Report(LocalMySqlServerStep.Initializing, $"initialising a data directory for {server}, once on this machine");
    }

    public void Rebuilding(string server)
    {
        LogRebuilding(_logger, server);
        Report(LocalMySqlServerStep.Rebuilding, $"{server} did not start; making its data directory anew");
    }

    public void Listening(string server, string version, string host, int port)
    {
        LogListening(_logger, server, version, host, port);
        Report(
            LocalMySqlServerStep.Listening,
            string.Create(CultureInfo.InvariantCulture, $"{server} (MySQL {version}) listens on {host}:{port}"));
    }

    public void Unpacking(string what)
    {
        LogUnpacking(_logger, what);
        Report(LocalMySqlServerStep.Unpacking, what);
    }

    public void CannotUnpack(string reason) => LogCannotUnpack(_logger, reason);

    public void Attaching() => Report(LocalMySqlServerStep.Attaching, "attaching the emulator: database and users");

    public void RunningScript(string file)
    {
        LogRunningScript(_logger, file);
        Report(LocalMySqlServerStep.RunningScript, $"running {file}");
    }

    public void PassingOver(string file) => LogPassingOver(_logger, file);

    public void Changed(LocalMySqlServerStateChange change)
    {
        if (change.State == LocalMySqlServerState.Running)
            LogBack(_logger, change.Message);
        else
            LogDied(_logger, change.Message);
    }

    private void Report(LocalMySqlServerStep step, string message) => _progress?.Report(new LocalMySqlServerProgress(step, message));

    [LoggerMessage(1, LogLevel.Information, "Starting {Server}.")]
    private static partial void LogStarting(ILogger logger, string server);

    [LoggerMessage(2, LogLevel.Information, "{Server} (MySQL {Version}) listens on {Host}:{Port}.")]
    private static partial void LogListening(ILogger logger, string server, string version, string host, int port);

    [LoggerMessage(3, LogLevel.Information, "Initialising a data directory for {Server}, once on this machine.")]
    private static partial void LogInitializing(ILogger logger, string server);

    [LoggerMessage(4, LogLevel.Information, "Pulling the image {Image}.")]
    private static partial void LogPulling(ILogger logger, string image);

    [LoggerMessage(5, LogLevel.Warning, "{Server} did not start; making its data directory anew.")]
    private static partial void LogRebuilding(ILogger logger, string server);

    [LoggerMessage(6, LogLevel.Information, "Running the init script {File}.")]
    private static partial void LogRunningScript(ILogger logger, string file);

    [LoggerMessage(7, LogLevel.Warning, "{File} is neither .sql nor .sql.gz and is passed over.")]
    private static partial void LogPassingOver(ILogger logger, string file);

    [LoggerMessage(8, LogLevel.Error, "{Change}")]
    private static partial void LogDied(ILogger logger, string change);

    [LoggerMessage(9, LogLevel.Warning, "{Change}")]
    private static partial void LogBack(ILogger logger, string change);

    [LoggerMessage(10, LogLevel.Information, "{Progress}.")]
    private static partial void LogUnpacking(ILogger logger, string progress);

    [LoggerMessage(11, LogLevel.Warning, "{Reason}")]
    private static partial void LogCannotUnpack(ILogger logger, string reason);
}
