using System.Net;
using System.Net.Sockets;
using System.Text;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Http;

/// <summary>What a page is answered with.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Type">The content type.</param>
/// <param name="Body">The content.</param>
internal sealed record HttpPage(int Status, string Type, byte[] Body)
{
    /// <summary>A text.</summary>
    public static HttpPage Text(int status, string text, string type = "text/plain; charset=utf-8") =>
        new(status, type, Encoding.UTF8.GetBytes(text));
}

/// <summary>A small HTTP server that is only read from: GET and HEAD, nothing that caches may keep. Ends with whoever has it.</summary>
internal sealed class HttpFront : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Func<HttpListenerRequest, CancellationToken, Task<HttpPage>> _find;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;

    private HttpFront(HttpListener listener, Func<HttpListenerRequest, CancellationToken, Task<HttpPage>> find)
    {
        (_listener, _find) = (listener, find);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Listens.</summary>
    /// <param name="address">Where.</param>
    /// <param name="find">Finds the page; cancelled when the front ends.</param>
    /// <param name="remedy">What to do when the address is taken.</param>
    /// <exception cref="ToolException">The address cannot be listened on.</exception>
    public static HttpFront Start(
        IPEndPoint address, Func<HttpListenerRequest, CancellationToken, Task<HttpPage>> find, string remedy)
    {
        var host = address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any) ? "+"
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address.Address}]" : address.Address.ToString();
        var listener = new HttpListener { Prefixes = { $"http://{host}:{address.Port}/" } };
        try
        {
            listener.Start();
        }
        catch (Exception e) when (e is HttpListenerException or SocketException)
        {
            listener.Close();
            throw ToolException.Missing($"{address} cannot be listened on: {e.Message}; {remedy}", e);
        }

        return new HttpFront(listener, find);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Close();
        await _serving;
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var page = context.Request.HttpMethod is "GET" or "HEAD" ? await _find(context.Request, _ending.Token)
                : HttpPage.Text(405, "GET only\n");
            context.Response.StatusCode = page.Status;
            context.Response.ContentType = page.Type;
            context.Response.Headers["Cache-Control"] = "no-store";
            context.Response.ContentLength64 = page.Body.Length;
            if (context.Request.HttpMethod != "HEAD")
                await context.Response.OutputStream.WriteAsync(page.Body, _ending.Token);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException)
        {
            context.Response.Abort();
        }
    }
}
