using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Telemetry;

/// <summary>
/// Sends what the emulator judged to the dashboard, as any resource sends its own: structured logs, metrics and traces under the
/// endpoint's name, so that a
/// denial is found where a developer looks first.
/// </summary>
internal sealed class LoginTelemetry(IServiceProvider services) : IDisposable
{
    /// <summary>The dashboard's resource and its endpoints, as Aspire names them (KnownResourceNames.cs, KnownEndpointNames.cs).</summary>
    private const string DashboardResource = "aspire-dashboard";
    private const string GrpcEndpoint = "otlp-grpc";
    private const string HttpEndpoint = "otlp-http";

    /// <summary>The dashboard's addresses where it is no resource of the model (KnownConfigNames.cs).</summary>
    private const string GrpcUrl = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string HttpUrl = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Task<LoginRecorder?>> _recorders = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Reports every login that the emulator judges from now on; those of the AppHost's own health checks are left out.</summary>
    internal void Follow(string resource, RdsIamEmulator emulator, string ownAccessKey)
    {
        var recorder = _recorders.GetOrAdd(resource, CreateAsync);
        emulator.LoginJudged += (_, attempt) =>
        {
            if (attempt.AccessKeyId != ownAccessKey && recorder is { IsCompletedSuccessfully: true, Result: { } ready })
            {
                ready.Record(attempt);
            }
        };
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var recorder in _recorders.Values)
        {
            if (recorder is { IsCompletedSuccessfully: true, Result: { } ready })
            {
                ready.Dispose();
            }
        }

        _stop.Dispose();
    }

    /// <returns>Null where there is no dashboard.</returns>
    private async Task<LoginRecorder?> CreateAsync(string resource)
    {
        try
        {
            var configuration = services.GetRequiredService<IConfiguration>();
            return await FindAsync(configuration).ConfigureAwait(false) is { } target
                ? new LoginRecorder(resource, target, configuration["AppHost:OtlpApiKey"])
                : null;
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or TimeoutException or UriFormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<OtlpTarget?> FindAsync(IConfiguration configuration)
    {
        var model = services.GetRequiredService<DistributedApplicationModel>();
        if (model.Resources.FirstOrDefault(static r => r.Name == DashboardResource) is IResourceWithEndpoints dashboard)
        {
            foreach (var (name, isGrpc) in ((string, bool)[])[(GrpcEndpoint, true), (HttpEndpoint, false)])
            {
                if (dashboard.GetEndpoint(name) is { Exists: true } endpoint
                    && await endpoint.GetValueAsync(_stop.Token).AsTask().WaitAsync(Patience, _stop.Token).ConfigureAwait(false) is { } url)
                {
                    return new(new Uri(url), isGrpc);
                }
            }
        }

        return configuration[HttpUrl] is { Length: > 0 } http ? new(new Uri(http), IsGrpc: false)
            : configuration[GrpcUrl] is { Length: > 0 } grpc ? new(new Uri(grpc), IsGrpc: true)
            : null;
    }
}

/// <summary>Where the dashboard takes telemetry.</summary>
internal sealed record OtlpTarget(Uri Url, bool IsGrpc);
