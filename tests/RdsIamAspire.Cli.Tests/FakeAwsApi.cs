using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace RdsIamAspire.Cli.Tests;

/// <summary>RDS, IAM, STS and Secrets Manager on loopback: answers by operation, as their API references have them.</summary>
internal sealed class FakeAwsApi : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Operation, string Scope)> _calls = new();

    public FakeAwsApi()
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

    /// <summary>What is answered: the operation, or the operation and a parameter's value, to the inside of its result.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    /// <summary>The operations in order, each with the region and service that it was signed for.</summary>
    public IReadOnlyList<(string Operation, string Scope)> Calls => [.. _calls];

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed of.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        var form = HttpUtility.ParseQueryString(body);
        var operation = form["Action"] ?? context.Request.Headers["X-Amz-Target"]?.Split('.')[^1] ?? "";
        var scope = (context.Request.Headers["Authorization"] ?? "").Split("Credential=")[^1].Split(',')[0].Split('/');
        _calls.Enqueue((operation, scope.Length == 5 ? $"{scope[2]}/{scope[3]}" : "unsigned"));
        var value = form["Marker"] ?? form["PolicyArn"] ?? form["PolicyName"] ?? form["GroupName"];
        if (!Answers.TryGetValue($"{operation} {value}", out var answer) && !Answers.TryGetValue(operation, out answer))
        {
            context.Response.StatusCode = 403;
            answer = form["Action"] is null ? """{"__type":"AccessDeniedException","Message":"not authorized"}"""
                : "<ErrorResponse xmlns=\"x\"><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>";
        }
        else if (form["Action"] is not null)
        {
            answer = $"<{operation}Response xmlns=\"https://aws/x\"><{operation}Result>{answer}</{operation}Result></{operation}Response>";
        }

        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        context.Response.Close();
    }
}
