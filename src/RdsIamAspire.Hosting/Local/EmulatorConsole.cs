using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// What the emulator says, on the AppHost's console. Single logins are left to <see cref="LoginLog"/>, which knows whose they are and what
/// an AppHost can do about a denial.
/// </summary>
internal sealed class EmulatorConsole(ILoggerFactory console) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new WithoutLogins(console.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => console.AddProvider(provider);

    /// <summary>The console is the AppHost's, and stays.</summary>
    public void Dispose()
    {
    }

    private sealed class WithoutLogins(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is not (RdsIamEmulator.LoginAllowedEvent or RdsIamEmulator.LoginDeniedEvent))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
