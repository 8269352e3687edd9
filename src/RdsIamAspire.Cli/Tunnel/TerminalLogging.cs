using Microsoft.Extensions.Logging;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>The tunnel's own lines, as the tool says things: with the time, on stderr.</summary>
internal sealed class TerminalLogging : ILoggerFactory, ILogger
{
    public void AddProvider(ILoggerProvider provider)
    {
    }

    // What the parts below the tunnel would say, the tunnel says to the client.
    public ILogger CreateLogger(string categoryName) =>
        categoryName == "RdsIamAspire.Tunnel" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Terminal.Say(Terminal.SaysJson ? formatter(state, exception)
            : $"{Terminal.Utc(DateTimeOffset.UtcNow)} {formatter(state, exception)}",
            logLevel >= LogLevel.Error ? "error" : logLevel == LogLevel.Warning ? "warning" : "info");

    public void Dispose()
    {
    }
}
