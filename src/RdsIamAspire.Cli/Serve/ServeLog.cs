using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>What a container's log holds: one line for each refused login and each change of the server's state, on stdout.</summary>
internal sealed class ServeLog(bool json)
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();

    /// <summary>One line.</summary>
    public void Say(string message, string level = "info") =>
        Write($"{Now()} {message}", new { time = Now(), level, message = ShownText.Of(message) });

    /// <summary>A login, with the reason that its client is not told.</summary>
    public void Say(LoginAttempt login)
    {
        if (login.Allowed)
        {
            Write($"{Now()} login: {login.Explanation}", new
            {
                time = Now(),
                level = "info",
                message = "login",
                user = ShownText.Of(login.User),
                from = login.ClientHost,
                principal = login.PrincipalArn,
            });
            return;
        }

        var explanation = login.Explanation + Remedy(login.Denial);
        Write(
            $"{Now()} login refused: user '{login.User}' from {login.ClientHost}: {explanation}"
            + $" [{login.Denial}{(login.ErrorCode is { Length: > 0 } code ? $", RDS logs {code}" : "")}]",
            new
            {
                time = Now(),
                level = "warning",
                message = "login refused",
                user = ShownText.Of(login.User),
                from = login.ClientHost,
                denial = login.Denial.ToString(),
                rdsLogs = login.ErrorCode,
                explanation = ShownText.Of(explanation),
            });
    }

    // The explanations speak to users of the library; these are the settings here.
    private static string Remedy(LoginDenial? denial) => denial switch
    {
        LoginDenial.WrongHost => " Here: RDS_IAM_ENDPOINTS=HOST.",
        LoginDenial.WrongPort => " Here: RDS_IAM_ENDPOINTS=HOST:PORT, or HOST:* for any port.",
        LoginDenial.UnknownAccessKey => " Here: they are in the shared folder and at /credentials of the HTTP endpoint.",
        _ => "",
    };

    private static string Now() =>
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private void Write(string text, object line)
    {
        try
        {
            lock (_lock)
            {
                Console.Out.WriteLine(json ? JsonSerializer.Serialize(line, Options) : ShownText.Of(text));
                Console.Out.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads; the server goes on.
        }
    }

    /// <summary>What the libraries say of the start: the server that was chosen, the scripts that are run.</summary>
    public ILoggerFactory ForServer() => new Factory(this);

    private sealed class Factory(ServeLog log) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Say(formatter(state, exception), logLevel >= LogLevel.Warning ? "warning" : "info");
        }
    }
}
