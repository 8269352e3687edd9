using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// The driver's log, with one line overheard: the server's refusal of a login that had no token. The driver would tell its caller "Access
/// denied"; the reason is that there are
/// no credentials, and there is no other place to say it from. What is thrown here, an <see cref="IOException"/>, the driver hands on as
/// the inner exception of its own.
/// </summary>
internal sealed class DriverLog(ILoggerFactory? inner, RdsIamLogin login) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Line(inner?.CreateLogger(categoryName), login);

    public void AddProvider(ILoggerProvider provider) => inner?.AddProvider(provider);

    // The user's factory is the user's.
    public void Dispose()
    {
    }

    /// <summary>
    /// The factory that the user gave the driver's builder, which has no getter; null when none was given or it cannot be read.
    /// </summary>
    internal static ILoggerFactory? Of(MySqlDataSourceBuilder builder)
    {
        try
        {
            return Field(builder);
        }
        catch (MissingFieldException)
        {
            return null;
        }
    }

    /// <summary>Whether the user's factory can be seen, so that it is not replaced by ours.</summary>
    internal static bool CanRead(MySqlDataSourceBuilder builder)
    {
        try
        {
            _ = Field(builder);
            return true;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_loggerFactory")]
    private static extern ref ILoggerFactory? Field(MySqlDataSourceBuilder builder);

    private sealed class Line(ILogger? inner, RdsIamLogin login) : ILogger
    {
        /// <summary>EventIds.ErrorPayload of MySqlConnector: "Session {SessionId} got error payload".</summary>
        private const int ErrorPayload = 2006;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner?.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) =>
            inner?.IsEnabled(logLevel) == true || login.Missing is not null || (login.Failover is not null && logLevel == LogLevel.Debug);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter)
        {
            if (inner?.IsEnabled(logLevel) == true)
                inner.Log(logLevel, eventId, state, exception, formatter);
            if (eventId.Id != ErrorPayload)
                return;
            if (login.Failover is { } failover)
                failover.Heard(state as IReadOnlyList<KeyValuePair<string, object?>>);
            if (login.Missing is { } reason && IsRefusal(state))
                throw new IOException(reason.Message, reason);
        }

        private static bool IsRefusal<TState>(TState state)
        {
            if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
                return false;
            foreach (var (name, value) in values)
            {
                if (name == "ErrorCode" && value is (int)MySqlErrorCode.AccessDenied)
                    return true;
            }

            return false;
        }
    }
}
