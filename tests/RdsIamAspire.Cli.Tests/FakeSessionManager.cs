using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.Tests;

/// <summary>The two operations of Systems Manager that open a session, for the real AWS CLI; its answers hold made-up tokens.</summary>
internal sealed partial class FakeSessionManager : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string, JsonNode)> _calls = new();

    public FakeSessionManager()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    public IReadOnlyList<(string Operation, JsonNode Body)> Calls => [.. _calls];

    /// <summary>The AWS CLI's version, when it can be led to another address (AWS_ENDPOINT_URL); else null.</summary>
    public static async Task<Version?> AwsVersionAsync()
    {
        try
        {
            using var aws = Process.Start(new ProcessStartInfo("aws", ["--version"]) { RedirectStandardOutput = true })!;
            var said = await aws.StandardOutput.ReadToEndAsync();
            await aws.WaitForExitAsync();
            var version = Version.Parse(CliVersion().Match(said).Groups[1].Value);
            return version >= new Version(version.Major == 1 ? "1.29" : "2.13") ? version : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or ArgumentException or FormatException)
        {
            return null;
        }
    }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var operation = context.Request.Headers["X-Amz-Target"] ?? "";
                _calls.Enqueue((operation, JsonNode.Parse(await reader.ReadToEndAsync())!));
                var answer = operation == "AmazonSSM.StartSession"
                    ? """{"SessionId":"orders-0123456789abcdef0","TokenValue":"made-up","StreamUrl":"wss://127.0.0.1/"}"""
                    : """{"InstanceInformationList":[{"InstanceId":"i-0123456789abcdef0","PingStatus":"Online"}]}""";
                context.Response.ContentType = "application/x-amz-json-1.1";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed of.
        }
    }

    [GeneratedRegex(@"aws-cli/([0-9]+\.[0-9]+(\.[0-9]+)?)")]
    private static partial Regex CliVersion();
}
