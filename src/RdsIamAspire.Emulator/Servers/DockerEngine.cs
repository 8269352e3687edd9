using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using DotNet.Testcontainers.Configurations;

namespace RdsIamAspire.Emulator;

/// <summary>A Docker engine that answers, found as Testcontainers finds it.</summary>
internal sealed class DockerEngine : IDisposable
{
    private DockerEngine(DockerClient client, Uri endpoint, string host)
    {
        Client = client;
        Endpoint = endpoint;
        Host = host;
    }

    public DockerClient Client { get; }

    public Uri Endpoint { get; }

    /// <summary>Where its published ports are reached from this process.</summary>
    public string Host { get; }

    /// <summary>The address to publish on so that <see cref="Host"/> reaches it and, where that is possible, nobody else.</summary>
    public string PublishAddress => Host is "127.0.0.1" or "localhost" ? "127.0.0.1" : "0.0.0.0";

    /// <summary>The engine; null when none answers.</summary>
    public static async Task<DockerEngine?> FindAsync(CancellationToken cancellationToken)
    {
        // Testcontainers finds contexts, rootless sockets, Docker Desktop and its own properties file; it gives up on an engine whose API
        // is older than it asks for, which the requests made here do not mind (they name no version, so the engine's own is taken). An
        // engine that is named by DOCKER_HOST is the one that is meant: where it does not answer, no other is taken in its place.
        var found = Settings();
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } && found?.Endpoint != DefaultEndpoint()) found = null;
        var endpoint = found?.Endpoint ?? DefaultEndpoint();
        try
        {
            var builder = new DockerClientBuilder().WithEndpoint(endpoint);
            if (found?.AuthProvider is { } authentication) builder = builder.WithAuthProvider(authentication);
            var client = builder.Build();
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(TimeSpan.FromSeconds(5));
                await client.System.PingAsync(patience.Token).ConfigureAwait(false);
                return new DockerEngine(client, endpoint, HostOf(endpoint));
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested) { return null; }
        catch (Exception e) when (e is HttpRequestException or SocketException or AggregateException or DockerApiException
            or IOException or TimeoutException or UriFormatException or InvalidOperationException)
        { return null; }
    }

    public static async Task<DockerEngine> RequireAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new LocalMySqlServerException(LocalMySqlServerProblem.NoDocker, NoDocker());

    public static string NoDocker() =>
        $"No Docker engine answers at {DefaultEndpoint()}. Start it (or set DOCKER_HOST), or use a mysqld without Docker: "
            + "RDS_IAM_SERVER=mysqld (LocalMySqlServerKind.Mysqld); `rds-iam server prepare` unpacks one.";

    /// <summary>What the engine itself says went wrong, in one line and out of its JSON.</summary>
    public static string Said(DockerApiException exception)
    {
        var text = exception.ResponseBody;
        if (text is { Length: > 0 })
        {
            try
            {
                using var answer = JsonDocument.Parse(text);
                if (answer.RootElement is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("message", out var message)
                    && message.ValueKind == JsonValueKind.String)
                    text = message.GetString();
            }
            catch (JsonException) { } // a proxy in front of the engine answers in its own way
        }

        return (text is { Length: > 0 } ? text : exception.Message).Trim().ReplaceLineEndings(" ");
    }

    public void Dispose() => Client.Dispose();

    // It asks each place for an engine while the type is made, and an engine that is slow to answer then throws out of that, for good.
    private static IDockerEndpointAuthenticationConfiguration? Settings()
    {
        try { return TestcontainersSettings.OS?.DockerEndpointAuthConfig; }
        catch (TypeInitializationException) { return null; }
    }

    private static Uri DefaultEndpoint() =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host && Uri.TryCreate(host, UriKind.Absolute, out var uri)
            ? uri
        : new Uri(OperatingSystem.IsWindows() ? "npipe://./pipe/docker_engine" : "unix:///var/run/docker.sock");

    // TESTCONTAINERS_HOST_OVERRIDE says it where the process runs in a container itself and reaches its siblings by another name.
    private static string HostOf(Uri endpoint) =>
        Environment.GetEnvironmentVariable("TESTCONTAINERS_HOST_OVERRIDE") is { Length: > 0 } over ? over
        : endpoint.Scheme is "tcp" or "http" or "https" ? endpoint.Host
        : "127.0.0.1";
}
