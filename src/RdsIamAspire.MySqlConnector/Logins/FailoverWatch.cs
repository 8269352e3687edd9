using System.Net;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// Rides out a failover of an Aurora cluster: a session that came in at the writer's endpoint and is told that it may not write, or that
/// its server shuts down, is with an instance that is the writer no more. The other connections of the pool are with it too, so the pool is
/// emptied, and the next open looks the endpoint's name up again.
/// </summary>
/// <remarks>
/// Errors 1290 and 1836: "Best practices with Amazon Aurora MySQL", Amazon Aurora User Guide, and the failover plugin of the AWS Advanced
/// drivers. 1053: MySQL Error Message Reference.
/// </remarks>
internal sealed partial class FailoverWatch
{
    // ER_READ_ONLY_MODE, MySQL Error Message Reference.
    private const int ReadOnlyMode = 1836;

    // Many connections hear of one failover at once.
    private static readonly TimeSpan Once = TimeSpan.FromSeconds(1);

    private readonly string _host;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private WeakReference<MySqlDataSource>? _dataSource;
    private long _last;

    private FailoverWatch(string host, TimeProvider time, ILogger logger) => (_host, _time, _logger) = (host, time, logger);

    /// <summary>
    /// A watch for the writer's endpoint of a cluster; null for every other endpoint, where a read-only server is no news.
    /// </summary>
    /// <param name="host">What the token is signed for: the endpoint's own name.</param>
    /// <param name="dialled">What is dialled: on loopback a local cluster may stand behind it.</param>
    /// <param name="options">The clock and the log.</param>
    public static FailoverWatch? For(string host, string dialled, RdsIamAuthOptions options) =>
        IsWriterOfCluster(host) || IsLoopback(dialled)
            ? new FailoverWatch(host, options.TimeProvider, options.LoggerFactory.CreateLogger("RdsIamAspire.MySqlConnector"))
            : null;

    /// <summary>Whether an error says that the instance takes no writes (any more).</summary>
    /// <param name="errorCode">MySQL's number.</param>
    /// <param name="message">What the server said: 1290 is of other options too.</param>
    public static bool IsFailover(int errorCode, string? message) => errorCode switch
    {
        (int)MySqlErrorCode.OptionPreventsStatement => message is null || message.Contains("read-only", StringComparison.Ordinal), // 1290
        ReadOnlyMode or (int)MySqlErrorCode.ServerShutdown => true,
        _ => false,
    };

    public void Attach(MySqlDataSource dataSource) => _dataSource = new(dataSource);

    /// <summary>Takes the driver's line on an error that the server sent.</summary>
    public void Heard(IReadOnlyList<KeyValuePair<string, object?>>? line)
    {
        var (errorCode, message) = (0, default(string));
        foreach (var (name, value) in line ?? [])
        {
            if (name == "ErrorCode" && value is int code)
                errorCode = code;
            else if (value is string text && text.Contains("read-only", StringComparison.Ordinal))
                message = text;
        }

        if (IsFailover(errorCode, message ?? ""))
            Happened(errorCode);
    }

    /// <summary>Empties the pool, once for a failover: idle connections are closed now, those in use when they come back.</summary>
    private void Happened(int errorCode)
    {
        var (last, now) = (Volatile.Read(ref _last), _time.GetTimestamp());
        if ((last != 0 && _time.GetElapsedTime(last, now) < Once) || Interlocked.CompareExchange(ref _last, now, last) != last)
            return;
        LogFailover(_logger, _host, errorCode);
        if (_dataSource is not null && _dataSource.TryGetTarget(out var dataSource))
            _ = EmptyAsync(dataSource);
    }

    private async Task EmptyAsync(MySqlDataSource dataSource)
    {
        try
        {
            if (!await DriverPool.TryClearAsync(dataSource).ConfigureAwait(false))
                LogNotEmptied(_logger, _host);
        }
        catch (Exception e) when (e is ObjectDisposedException or MySqlException or IOException)
        {
            // It has ended, or a connection could not be closed in good order: it is gone either way.
        }
    }

    private static bool IsWriterOfCluster(string host) => RdsEndpoint.TryParse(host, out var endpoint)
        && endpoint.Kind is RdsEndpointKind.Cluster or RdsEndpointKind.GlobalCluster;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    [LoggerMessage(4, LogLevel.Warning, "{Host}: this instance takes no writes (error {ErrorCode}), as after a failover. The pool is"
        + " emptied, so that the next connection looks the name up again and reaches the writer.")]
    private static partial void LogFailover(ILogger logger, string host, int errorCode);

    [LoggerMessage(5, LogLevel.Warning, "{Host}: this version of the driver does not let its pool be emptied. Connections to the old writer"
        + " stay in it until ConnectionLifeTime or DnsCheckInterval of the connection string ends them.")]
    private static partial void LogNotEmptied(ILogger logger, string host);
}
