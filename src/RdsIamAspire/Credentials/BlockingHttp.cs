using System.Net;
using Amazon.Runtime;

namespace RdsIamAspire.Credentials;

/// <summary>
/// HTTP that blocks the thread that asks, on purpose: credentials are read on threads of our own, while those of the pool may all be
/// waiting for them. An asynchronous
/// answer would have to come by way of the pool. The body is read whole for the same reason: it is a few hundred bytes.
/// </summary>
internal sealed class BlockingHttp : DelegatingHandler
{
    private readonly bool _isAws;

    private BlockingHttp(bool isAws)
        : base(new SocketsHttpHandler
        {
            UseProxy = isAws,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        }) => _isAws = isAws;

    /// <summary>For endpoints of this machine: no proxy is between.</summary>
    internal static HttpClient Local { get; } = new(new BlockingHttp(isAws: false)) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>For the SDK's clients.</summary>
    internal static HttpClientFactory Factory { get; } = new SdkClients();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Send(request, cancellationToken));
        }
        catch (Exception e)
        {
            return Task.FromException<HttpResponseMessage>(e);
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Only HTTP/1.1 can be spoken without the pool.
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        var sent = DateTimeOffset.UtcNow;
        var response = base.Send(request, cancellationToken);
        if (_isAws)
            AwsClock.Note(response.Headers.Date, sent, DateTimeOffset.UtcNow);
        var body = new MemoryStream();
        using (var stream = response.Content.ReadAsStream(cancellationToken))
            stream.CopyTo(body);
        var whole = new ByteArrayContent(body.ToArray());
        foreach (var (name, values) in response.Content.Headers)
            whole.Headers.TryAddWithoutValidation(name, values);
        response.Content = whole;
        return response;
    }

    private sealed class SdkClients : HttpClientFactory
    {
        private static readonly HttpClient Remote = new(new BlockingHttp(isAws: true)) { Timeout = Timeout.InfiniteTimeSpan };

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => Remote;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
