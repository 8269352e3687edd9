using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Telemetry;

/// <summary>
/// The logins of one endpoint as logs, metrics and traces of a service that has the endpoint's name. Nothing of a token is in them.
/// </summary>
internal sealed partial class LoginRecorder : IDisposable
{
    internal const string LoginsMetric = "rds_iam.logins";
    internal const string DurationMetric = "rds_iam.login.judge.duration";

    /// <summary>As often as Aspire has services report in development (OtlpConfigurationExtensions.cs).</summary>
    private const int IntervalMilliseconds = 1000;

    private readonly ActivitySource _source;
    private readonly Meter _meter;
    private readonly Counter<long> _logins;
    private readonly Histogram<double> _duration;
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;

    internal LoginRecorder(string endpoint, OtlpTarget target, string? apiKey)
    {
        // Sources and meters are chosen by their names, and one AppHost may have several endpoints.
        var scope = $"RdsIamAspire.Emulator.{endpoint}";
        _source = new(scope);
        _meter = new(scope);
        _logins = _meter.CreateCounter<long>(LoginsMetric, "{login}", "Logins that were judged, by outcome and by the reason of a denial.");
        _duration = _meter.CreateHistogram(
            DurationMetric,
            "s",
            "Time to judge a login.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1],
            });
        var resource = ResourceBuilder.CreateDefault().AddService(endpoint, autoGenerateServiceInstanceId: false);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new AlwaysOnSampler())
            .AddSource(scope)
            .AddOtlpExporter(options =>
            {
                Configure(options, "traces");
                options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = IntervalMilliseconds;
            })
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(scope)
            .AddOtlpExporter((options, reader) =>
            {
                Configure(options, "metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = IntervalMilliseconds;
            })
            .Build();
        _logs = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(resource);
            options.IncludeFormattedMessage = true;
            options.AddOtlpExporter((exporter, processor) =>
            {
                Configure(exporter, "logs");
                processor.BatchExportProcessorOptions.ScheduledDelayMilliseconds = IntervalMilliseconds;
            });
        }));
        _log = _logs.CreateLogger("RdsIamAspire.Emulator");

        void Configure(OtlpExporterOptions options, string signal)
        {
            options.Protocol = target.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            // The path of a signal is added for an address from the environment only, and for HTTP only (OTLP exporter specification).
            options.Endpoint = target.IsGrpc ? target.Url : new Uri(target.Url, $"v1/{signal}");
            options.Headers = apiKey is null ? null : $"x-otlp-api-key={apiKey}";
        }
    }

    /// <summary>Reports a login.</summary>
    internal void Record(LoginAttempt attempt)
    {
        var reason = attempt.Denial?.ToString() ?? "none";
        var outcome = attempt.Allowed ? "allowed" : "denied";
        var tags = new TagList { { "outcome", outcome }, { "reason", reason }, { "db.user", attempt.User } };
        _logins.Add(1, tags);
        _duration.Record(attempt.JudgedIn.TotalSeconds, new TagList { { "outcome", outcome } });

        Activity.Current = null;
        using var activity = _source.StartActivity(
            $"login {attempt.User}", ActivityKind.Server, parentContext: default, startTime: attempt.Time - attempt.JudgedIn);
        if (activity is not null)
        {
            activity.SetTag("db.system.name", "mysql");
            activity.SetTag("db.user", attempt.User);
            activity.SetTag("client.address", attempt.ClientHost);
            activity.SetTag("rds_iam.outcome", outcome);
            activity.SetTag("rds_iam.reason", reason);
            activity.SetTag("rds_iam.principal", attempt.PrincipalArn);
            activity.SetStatus(attempt.Allowed ? ActivityStatusCode.Ok : ActivityStatusCode.Error, attempt.Allowed ? null : reason);
            activity.SetEndTime(attempt.Time.UtcDateTime);
        }

        if (attempt.Allowed)
        {
            Allowed(_log, attempt.User, attempt.ClientHost, attempt.PrincipalArn);
        }
        else
        {
            Denied(_log, attempt.User, attempt.ClientHost, attempt.Denial, LoginLog.ExplanationOf(attempt), attempt.ErrorCode);
        }
    }

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
        _logs.Dispose();
        _meter.Dispose();
        _source.Dispose();
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Login of '{User}' from {Client} allowed, signed by {Principal}.")]
    private static partial void Allowed(ILogger logger, string user, string client, string? principal);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Login of '{User}' from {Client} denied: {Denial}. {Explanation} "
        + "(RDS would log {ErrorCode}.)")]
    private static partial void Denied(
        ILogger logger, string user, string client, LoginDenial? denial, string explanation, string? errorCode);
}
