using System.Globalization;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Clients.Tests.Image;

/// <summary>A container of the image for those without .NET, driven as its user drives it: by the docker command line.</summary>
internal sealed class ServedContainer : IAsyncDisposable
{
    private ServedContainer(string id) => Id = id;

    public string Id { get; }

    /// <summary>Where MySQL clients on this machine connect.</summary>
    public int Port { get; private set; }

    /// <summary>The HTTP endpoint, from this machine.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>Where its CA was written to.</summary>
    public string Ca { get; } = Path.Combine(Path.GetTempPath(), $"rds-iam-image-{Guid.NewGuid():N}.pem");

    /// <summary>Makes one, and starts it without waiting.</summary>
    /// <param name="settings">RDS_IAM_… variables.</param>
    /// <param name="files">Copied into it before it starts: name in it and text.</param>
    /// <param name="arguments">More arguments of docker create.</param>
    public static async Task<ServedContainer> StartAsync(
        IReadOnlyDictionary<string, string> settings,
        IReadOnlyDictionary<string, string>? files = null,
        params string[] arguments)
    {
        var image = await BuiltImage.RequireAsync();
        var id = await DockerAsync(
        [
            "create", "--label", "rds-iam-test", "--publish", "127.0.0.1::3306", "--publish", "127.0.0.1::8306", .. arguments,
            .. settings.SelectMany(setting => (string[])["--env", $"{setting.Key}={setting.Value}"]), image,
        ]);
        var container = new ServedContainer(id);
        try
        {
            foreach (var (name, text) in files ?? new Dictionary<string, string>())
            {
                var file = Path.GetTempFileName();
                await File.WriteAllTextAsync(file, text);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
                await DockerAsync(["cp", file, $"{id}:{name}"]);
                File.Delete(file);
            }

            await DockerAsync(["start", id]);
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it is ready, and reads the ports and the CA.</summary>
    public async Task<ServedContainer> ReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        await TestServer.EventuallyAsync(
            async () =>
            {
                var state = await InspectAsync("{{.State.Status}}");
                Assert.True(state == "running", $"{state}: {await LogsAsync()}");
                // A start gives new ports.
                Port = await PublishedAsync(3306);
                Http = new Uri($"http://127.0.0.1:{await PublishedAsync(8306)}/");
                try
                {
                    return (await client.GetAsync(new Uri(Http, "readyz"), cancellationToken)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    // Docker takes the connection before anybody listens behind it.
                    return false;
                }
            },
            "the container is ready",
            cancellationToken);
        // The SDKs wait a second or two for their credentials: the first answer, which is the slow one, is not theirs.
        (await client.GetAsync(new Uri(Http, "credentials"), cancellationToken)).Dispose();
        await File.WriteAllTextAsync(Ca, await client.GetStringAsync(new Uri(Http, "ca.pem"), cancellationToken), cancellationToken);
        return this;
    }

    /// <summary>What a program of docs/without-dotnet.md has in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["DB_HOST"] = "127.0.0.1",
        ["DB_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
        ["DB_CA"] = Ca,
        ["AWS_REGION"] = "us-east-1",
        ["AWS_DEFAULT_REGION"] = "us-east-1",
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = new Uri(Http, "credentials").ToString(),
        // Nothing of this machine's comes first.
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/nonexistent",
        ["AWS_CONFIG_FILE"] = "/nonexistent",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    /// <summary>A session over the published port, with a token made from what the HTTP endpoint hands out.</summary>
    public async Task<MySqlConnection> OpenAsync(string user, string database, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1",
            Port = (uint)Port,
            UserID = user,
            Database = database,
            Password = await TokenAsync("127.0.0.1", Port, user, cancellationToken),
            SslMode = MySqlSslMode.VerifyFull,
            SslCa = Ca,
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public async Task<string> TokenAsync(string host, int port, string user, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var json = System.Text.Json.JsonDocument.Parse(
            await client.GetStringAsync(new Uri(Http, "credentials"), cancellationToken));
        string Read(string name) => json.RootElement.GetProperty(name).GetString()!;
        var credentials = new Amazon.Runtime.SessionAWSCredentials(Read("AccessKeyId"), Read("SecretAccessKey"), Read("Token"));
        using var source = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions { Credentials = credentials });
        return (await source.GetTokenAsync(new RdsAuthTokenRequest(host, port, user, "us-east-1"), cancellationToken)).Value;
    }

    public async Task<string> LogsAsync()
    {
        var run = await ClientProcess.RunAsync(["docker", "logs", Id], new Dictionary<string, string>());
        return $"{run.Output}\n{run.Errors}";
    }

    /// <summary>Waits until a text is in its log.</summary>
    public Task SaysAsync(string text, CancellationToken cancellationToken) => TestServer.EventuallyAsync(
        async () => (await LogsAsync()).Contains(text, StringComparison.Ordinal), $"the log says '{text}'", cancellationToken);

    public Task<string> InspectAsync(string format) => DockerAsync(["inspect", "--format", format, Id]);

    public static async Task<string> DockerAsync(IReadOnlyList<string> arguments)
    {
        var run = await ClientProcess.RunAsync(["docker", .. arguments], new Dictionary<string, string>());
        Assert.True(run.ExitCode == 0, $"docker {arguments[0]}: {run.Errors}");
        return run.Output;
    }

    /// <summary>For what a test leaves behind: it may be gone already.</summary>
    public static Task TryDockerAsync(params string[] arguments) =>
        ClientProcess.RunAsync(["docker", .. arguments], new Dictionary<string, string>());

    public async ValueTask DisposeAsync()
    {
        await TryDockerAsync("rm", "--force", "--volumes", Id);
        File.Delete(Ca);
    }

    private async Task<int> PublishedAsync(int port)
    {
        var text = await DockerAsync(["port", Id, $"{port}/tcp"]);
        return int.Parse(text[(text.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }
}
