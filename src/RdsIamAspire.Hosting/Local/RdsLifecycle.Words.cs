using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Hosting.Health;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Local;

/// <content>What an endpoint waits for, and what its author can do about it.</content>
internal static partial class RdsLifecycle
{
    /// <summary>An endpoint on AWS whose host nobody has named yet: whoever asked for a local run should read how to have one.</summary>
    private static async Task WaitForParametersAsync(
        RdsMySqlResource server, IServiceProvider services, ILogger log, CancellationToken cancellationToken)
    {
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        var host = server.Host.GetValueAsync(cancellationToken).AsTask();
        var moment = Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        if (!host.IsCompleted && await Task.WhenAny(host, moment).ConfigureAwait(false) != host)
        {
            // What is looked up at AWS takes its time, and asks for nothing.
            if (GivenValue.SourcesOf(server.Host) is [var (what, variable), ..])
            {
                var hint = LocalHint(server);
                LifecycleLog.NoHost(log, server.Name, what, variable, hint);
                LifecycleLog.NoHost(LifecycleLog.Console(services), server.Name, what, variable, hint);
                TellWaiters(server, services, $"{what} has no value yet, so its host is not known.");
            }

            await PublishStateAsync(server, notifications, KnownResourceStates.Waiting).ConfigureAwait(false);
        }

        try
        {
            await host.ConfigureAwait(false);
        }
        catch (MissingParameterValueException exception)
        {
            throw new DistributedApplicationException(
                GivenValue.SourcesOf(server.Host) is [var (what, variable), ..]
                    ? $"{what} has no value, so its host is not known. Give it one, for example in the environment as {variable}. "
                        + LocalHint(server)
                    : $"{exception.Message} {LocalHint(server)}",
                exception);
        }
    }

    /// <summary>Says in the log of whoever waits for the endpoint, or for a database of it, what it waits for.</summary>
    internal static void TellWaiters(RdsMySqlResource server, IServiceProvider services, string reason)
    {
        var problems = services.GetRequiredService<EndpointProblems>();
        foreach (var resource in Endpoints(server).SelectMany(Visible))
        {
            problems.TellWaiters(resource, reason);
        }
    }

    /// <summary>What to do without AWS, in the calls that the AppHost has.</summary>
    internal static string LocalHint(RdsMySqlResource server) =>
        server.DatabaseResources.FirstOrDefault(static d => d.IsStandIn) is { } standIn && server.IsExisting
            ? $"Put AddRdsMySql(…).RunAsEmulator().AddDatabase(\"{standIn.Name}\") in the place of the connection string to work without "
                + "AWS."
        : server.Named is not null ? "Take AsExistingNamed out and call .RunAsEmulator() to work without AWS."
        : server.IsExisting ? "Take AsExisting out and call .RunAsEmulator() to work without AWS."
        : "Call .RunAsEmulator() on it to work without AWS.";

    /// <summary>The emulator's own options, which an AppHost has not got: it has the calls that lead to them.</summary>
    internal static string WithoutOptions(string message) => OptionPattern().Replace(message, string.Empty);

    [GeneratedRegex(@" \(LocalMySqlServerOptions\.\w+\)")]
    private static partial Regex OptionPattern();
}
