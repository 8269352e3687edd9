using System.Collections.Concurrent;
using System.Net;
using System.Text;
using RdsIamAspire.Hosting.Tests.EndToEnd;

namespace RdsIamAspire.Hosting.Tests.Telemetry;

/// <summary>What the emulator judged arrives where the dashboard takes telemetry, under the endpoint's name.</summary>
public sealed class LoginTelemetryTests
{
    [Fact]
    public async Task A_denial_is_a_log_a_trace_and_a_metric_of_the_endpoint()
    {
        await ThisMachine.HasMySqlImageAsync();
        using var dashboard = new OtlpListener();
        await using var host = await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders"),
            $"ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL={dashboard.Url}");
        await host.HealthyAsync("orders");

        await Assert.ThrowsAsync<MySqlConnector.MySqlException>(() => host.OpenAsync("orders", "no token"));

        foreach (
            var (signal, text) in (
                (string, string)[])[("logs", "MalformedToken"), ("traces", "login orders_app"), ("metrics", "rds_iam.logins")])
        {
            var received = await dashboard.ReceivedAsync(signal, text, TestContext.Current.CancellationToken);
            Assert.Contains("orders-db", received, StringComparison.Ordinal);
            Assert.DoesNotContain("X-Amz-Signature", received, StringComparison.Ordinal);
        }
    }

    /// <summary>Takes OTLP over HTTP and keeps what came; the texts in it can be read without its schema.</summary>
    private sealed class OtlpListener : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<(string Path, string Text)> _received = [];

        public OtlpListener()
        {
            Url = new Uri($"http://127.0.0.1:{FixedPorts.Take()}/");
            _listener.Prefixes.Add(Url.ToString());
            _listener.Start();
            _ = Task.Run(ListenAsync);
        }

        public Uri Url { get; }

        public async Task<string> ReceivedAsync(string signal, string text, CancellationToken cancellationToken)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromMinutes(10));
            while (true)
            {
                if (_received.FirstOrDefault(
                    r => r.Path == $"/v1/{signal}" && r.Text.Contains(text, StringComparison.Ordinal)).Text is { } found)
                {
                    return found;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            }
        }

        public void Dispose() => _listener.Close();

        private async Task ListenAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    _received.Enqueue((context.Request.Url!.AbsolutePath, Encoding.UTF8.GetString(body.ToArray())));
                    context.Response.Close();
                }
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
            }
        }
    }
}
