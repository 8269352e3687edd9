using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.MySqlConnector.Hosting;

/// <summary>
/// Makes the first token while the host starts, so that the first request finds one: within the time that credentials may take, and
/// without stopping the host when they
/// cannot be had. The data source is built here in any case: what is wrong with it is said now.
/// </summary>
internal sealed partial class WarmUp(IServiceProvider services, string name, object registrationKey, ILogger<WarmUp> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var registration = services.GetRequiredKeyedService<Registration>(registrationKey);
        if (registration.Settings.DisableWarmUp)
            return;
        try
        {
            await registration.Login.ReadyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RdsAuthTokenException e)
        {
            LogCold(logger, name, e.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "The host starts without a token for '{Name}'; logins try again. {Reason}")]
    private static partial void LogCold(ILogger logger, string name, string reason);
}
