using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;
using MySqlConnector;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>
/// How every path of ours opens a connection: a token in hand before the socket, one more try when an old token was refused, at the pace of
/// <see cref="LoginPace"/>, and with pauses while the server may be refusing logins for their number.
/// </summary>
internal static class Opening
{
    /// <summary>How long an open goes on trying while its logins may be refused for their number.</summary>
    private static readonly TimeSpan TryFor = TimeSpan.FromSeconds(5);

    /// <exception cref="RdsAuthTokenException">No token could be made; no socket was opened.</exception>
    /// <exception cref="MySqlException">The connection cannot be opened.</exception>
    internal static async ValueTask OpenAsync(RdsIamLogin login, MySqlConnection connection, CancellationToken cancellationToken)
    {
        await login.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var attempt = new Attempt(login);
        using var silence = new Silence(login, connection);
        try
        {
            if (attempt.WaitsForFirst)
                await login.Pace!.EnterAsync(attempt.Turn!, login.Patience, cancellationToken).ConfigureAwait(false);
            while (true)
            {
                try
                {
                    LoginTurn.Current = attempt.Turn;
                    await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                    attempt.Passed();
                    return;
                }
                catch (MySqlException) when (attempt.Turn is { IsStopped: true })
                {
                    attempt.Turn.Again();
                    await login.Pace!.EnterAsync(attempt.Turn, login.Patience, cancellationToken).ConfigureAwait(false);
                }
                catch (MySqlException e)
                {
                    if (attempt.PauseAfter(e) is not { } pause)
                        throw;
                    if (pause > TimeSpan.Zero)
                        await Task.Delay(pause, login.Time, cancellationToken).ConfigureAwait(false);
                    // COM_CHANGE_USER asks for no certificate: the new token has to be there before.
                    await login.ReadyAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            attempt.End();
        }
    }

    /// <summary>As <see cref="OpenAsync"/>, blocking.</summary>
    internal static void Open(RdsIamLogin login, MySqlConnection connection)
    {
        login.Ready();
        var attempt = new Attempt(login);
        var outer = LoginTurn.Current;
        using var silence = new Silence(login, connection);
        try
        {
            if (attempt.WaitsForFirst)
                login.Pace!.Enter(attempt.Turn!, login.Patience);
            while (true)
            {
                try
                {
                    LoginTurn.Current = attempt.Turn;
                    connection.Open();
                    attempt.Passed();
                    return;
                }
                catch (MySqlException) when (attempt.Turn is { IsStopped: true })
                {
                    attempt.Turn.Again();
                    login.Pace!.Enter(attempt.Turn, login.Patience);
                }
                catch (MySqlException e)
                {
                    if (attempt.PauseAfter(e) is not { } pause)
                        throw;
                    if (pause > TimeSpan.Zero)
                        Thread.Sleep(pause);
                    login.Ready();
                }
            }
        }
        finally
        {
            LoginTurn.Current = outer;
            attempt.End();
        }
    }

    /// <summary>Why there was no token, when that is why the driver's open failed.</summary>
    internal static RdsAuthTokenException? ReasonOf(MySqlException e)
    {
        for (Exception? inner = e.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is RdsAuthTokenException reason)
                return reason;
        }

        return null;
    }

    /// <summary>
    /// With a token in hand the driver has nothing to ask during this open. Its question costs a full TLS handshake each time: SslStream
    /// resumes no session where a client certificate may be chosen (dotnet/runtime, Interop.OpenSsl: no resumption with a
    /// certificate selection callback).
    /// </summary>
    private readonly struct Silence : IDisposable
    {
        private readonly MySqlConnection _connection;
        private readonly Func<X509CertificateCollection, ValueTask>? _question;

        internal Silence(RdsIamLogin login, MySqlConnection connection)
        {
            _connection = connection;
            // One that the application has set is the application's.
            if (connection.ProvideClientCertificatesCallback is not { } question || question.Target != login)
                return;
            _question = question;
            connection.ProvideClientCertificatesCallback = null;
        }

        /// <summary>Whoever opens the connection again by itself is asked as before.</summary>
        public void Dispose()
        {
            if (_question is not null)
                _connection.ProvideClientCertificatesCallback = _question;
        }
    }

    private sealed class Attempt(RdsIamLogin login)
    {
        private readonly long _started = login.Time.GetTimestamp();
        private bool _renewed;

        /// <summary>Null without a pace.</summary>
        internal LoginTurn? Turn { get; } = login.Pace is { } pace ? new LoginTurn(pace) : null;

        internal bool WaitsForFirst => login.Pace is { IsFirstUnderWay: true };

        internal void Passed() => Turn?.Pace.Passed(Turn);

        /// <summary>Those behind a login that is over are let go on.</summary>
        internal void End()
        {
            if (Turn is { IsIn: true })
                Turn.Pace.Leave(Turn);
        }

        /// <summary>How long to wait before another try; null when there is none, and the failure is the caller's.</summary>
        internal TimeSpan? PauseAfter(MySqlException e)
        {
            if (ReasonOf(e) is { } reason)
                ExceptionDispatchInfo.Throw(reason);
            // An old token is forgotten whenever it is refused; the first time the new one is tried at once.
            if (e.ErrorCode == MySqlErrorCode.AccessDenied && login.ForgetRefused(e) && !_renewed)
            {
                _renewed = true;
                Turn?.Again();
                return TimeSpan.Zero;
            }

            if (Turn is null)
                return null;
            // RDS refuses a login over its limit as it refuses a wrong token; RDS Proxy says which it is.
            var isLimit = e.ErrorCode == MySqlErrorCode.ConnectionCountError
                && e.Message.Contains("rate limit", StringComparison.OrdinalIgnoreCase);
            if (isLimit || (e.ErrorCode == MySqlErrorCode.AccessDenied && Turn.Pace.IsProven))
            {
                var pause = Turn.Pace.Refused();
                if (login.Time.GetElapsedTime(_started) + pause < TryFor)
                {
                    login.SayRefusedForNumber(pause);
                    Turn.Again();
                    return pause;
                }
            }

            if (isLimit || e.ErrorCode == MySqlErrorCode.AccessDenied)
                Turn.Pace.Leave(Turn, theirs: e);
            else
                Turn.Pace.Unreachable(Turn);
            return null;
        }
    }
}
