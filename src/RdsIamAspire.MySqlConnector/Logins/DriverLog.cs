using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// The driver's log, with two lines overheard. "Connecting to": the driver is about to open a socket, and there is no other word of it from
/// outside; a login whose turn it is not, or that blocks and has no token yet, is held here, before the server hears of it. The server's
/// refusal of a login that had no token: the driver would tell its caller "Access denied", while the reason is that there are no
/// credentials. What is thrown here, an <see cref="IOException"/>, the driver hands on as the inner exception of its own. Errors that tell
/// of a failover are handed to the <see cref="FailoverWatch"/>.
/// </summary>
internal sealed class DriverLog(ILoggerFactory? inner, RdsIamLogin login) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) =>
        new Line(inner?.CreateLogger(categoryName), login, isOfConnections: categoryName == "MySqlConnector.MySqlConnection");

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

    private sealed class Line(ILogger? inner, RdsIamLogin login, bool isOfConnections) : ILogger
    {
        /// <summary>EventIds.ErrorPayload of MySqlConnector: "Session {SessionId} got error payload".</summary>
        private const int ErrorPayload = 2006;

        /// <summary>EventIds.CouldNotConnectToServer: said of a socket that was not opened because it is not the login's turn.</summary>
        private const int CouldNotConnect = 2108;

        /// <summary>EventIds.ConnectingToIpAddress: after the name is resolved, before the socket is opened.</summary>
        private const int Connecting = 2122;

        /// <summary>The blocking Open, and those that it may have been merged into: ADO.NET's data source, EF Core's connection.</summary>
        private static readonly string[] Blocking =
        [
            "MySqlConnector.MySqlConnection.Open()",
            "MySqlConnector.MySqlDataSource.OpenConnection()",
            "System.Data.Common.DbDataSource.OpenDbConnection()",
            "Microsoft.EntityFrameworkCore.Storage.RelationalConnection.OpenDbConnection(Boolean",
        ];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner?.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner?.IsEnabled(logLevel) == true
            || (isOfConnections && (LoginTurn.Current is not null || login.Missing is not null || !login.HasToken
                || (login.Failover is not null && logLevel == LogLevel.Debug)));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter)
        {
            if (inner?.IsEnabled(logLevel) == true && !(eventId.Id == CouldNotConnect && exception is NotYet))
                inner.Log(logLevel, eventId, state, exception, formatter);
            if (!isOfConnections)
                return;
            if (eventId.Id == Connecting)
                BeforeSocket();
            if (eventId.Id != ErrorPayload)
                return;
            if (login.Failover is { } failover)
                failover.Heard(state as IReadOnlyList<KeyValuePair<string, object?>>);
            if (login.Missing is { } reason && IsRefusal(state))
                throw new IOException(reason.Message, reason);
        }

        private void BeforeSocket()
        {
            if (LoginTurn.Current is { } turn && turn.Pace == login.Pace)
            {
                if (!turn.MayDial())
                    throw new NotYet();
            }
            else if (!login.HasToken && IsBlocking())
            {
                // The driver's own Open: nothing is lost by blocking here, and no handshake is begun for want of a token.
                try
                {
                    login.Ready();
                }
                catch (RdsAuthTokenException e)
                {
                    throw new IOException(e.Message, e);
                }
            }
        }

        /// <summary>
        /// Whether the driver runs inside its blocking Open, on the caller's thread. An open that awaits must not be blocked; one that is
        /// not recognised (the compiler merges a short method that runs often into its caller) awaits its token in the handshake.
        /// </summary>
        private static bool IsBlocking()
        {
            var stack = Environment.StackTrace;
            return Array.Exists(Blocking, method => stack.Contains(method, StringComparison.Ordinal));
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

    /// <summary>It is not this login's turn; whoever opens it knows and tries again.</summary>
    private sealed class NotYet() : IOException("It is not this login's turn yet.");
}
