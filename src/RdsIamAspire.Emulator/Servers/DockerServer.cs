using System.Diagnostics;
using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace RdsIamAspire.Emulator;

/// <summary>A MySQL server in a container that lives as long as this process holds its standard input.</summary>
internal sealed class DockerServer : SupervisedServer
{
    public const int ContainerPort = 3306;

    private const string Tls = InitializedImage.Folder + "/tls";

    private readonly DockerEngine _engine;
    private readonly string _image;
    private string? _container;
    private string? _owner;
    private readonly LogTail _log;
    private MultiplexedStream? _attached;

    private DockerServer(DockerEngine engine, string image, LocalMySqlServerOptions options, RunFolder folder)
        : base(options, folder)
    {
        DialledAt(engine.Host);
        _engine = engine;
        _image = image;
        _log = new LogTail(200, OnSupervisorLine, () => OnSupervisorGone("its container is gone"));
    }

    public override LocalMySqlServerKind Kind => LocalMySqlServerKind.Docker;

    public override string Description => $"Docker image {_image}";

    public override string? ContainerId => _container;

    public static async Task<SupervisedServer> StartAsync(
        string image, LocalMySqlServerOptions options, CancellationToken cancellationToken)
    {
        var engine = await DockerEngine.RequireAsync(cancellationToken).ConfigureAwait(false);
        RunFolder.SweepLeftovers();
        var server = new DockerServer(engine, image, options, RunFolder.Create());
        try
        {
            await server.StartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Ending();
        _attached?.Dispose();
        _attached = null;
        if (_container is { } container)
        {
            _container = null;
            // The end of its input ends a server on kept data in good order; the others need no order.
            if (Options.DataVolume is null) await RemoveAsync(container).ConfigureAwait(false);
            await WaitUntilGoneAsync(container).ConfigureAwait(false);
        }

        CertificateAuthority.Dispose();
        Folder.Dispose();
        _engine.Dispose();
    }

    // A container that ended has removed itself, and its log with it: what it wrote is kept here.
    public override Task<string> ReadLogAsync(int lines = 50, CancellationToken cancellationToken = default) =>
        Task.FromResult(_log.Read(lines));

    internal override async Task<EmulatorEndpoint> GetPeerAddressAsync(CancellationToken cancellationToken)
    {
        var container = await _engine.Client.Containers.InspectContainerAsync(_container!, cancellationToken).ConfigureAwait(false);
        var network = container.NetworkSettings!.Networks!.Values.First(network => network.IPAddress is { Length: > 0 });
        return new EmulatorEndpoint(network.IPAddress, ContainerPort);
    }

    protected override async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        var bytes = InitializedImage.Bytes(text);
        var input = _attached ?? throw new ObjectDisposedException(nameof(DockerServer));
        await input.WriteAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
    }

    protected override async Task<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var container = await _engine.Client.Containers.InspectContainerAsync(_container!, cancellationToken).ConfigureAwait(false);
            return container.State?.Running == true;
        }
        catch (DockerContainerNotFoundException) { return false; }
    }

    protected override async Task PutTlsFilesAsync(
        EmulatorCertificateAuthority authority, ServerCertificate certificate, CancellationToken cancellationToken) =>
        await _engine.Client.Containers.ExtractArchiveToContainerAsync(
            _container!,
            new CopyToContainerParameters { Path = "/" },
            InitializedImage.Archive(
            [
                (Tls + "/ca.pem", InitializedImage.Bytes(authority.CertificatePem)),
                (Tls + "/server-cert.pem", InitializedImage.Bytes(certificate.CertificatePem)),
                (Tls + "/server-key.pem", InitializedImage.Bytes(certificate.PrivateKeyPem)),
            ],
                _owner),
            cancellationToken).ConfigureAwait(false);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var image = await InitializedImage.EnsureAsync(_engine, _image, Options.ServerArguments, Log, cancellationToken)
            .ConfigureAwait(false);
        _owner = image.Owner;
        _container = await CreateAsync(image, cancellationToken).ConfigureAwait(false);
        await PutTlsFilesAsync(CertificateAuthority, CertificateAuthority.CreateServerCertificate(Names), cancellationToken)
            .ConfigureAwait(false);

        _attached = await _engine.Client.Containers.AttachContainerAsync(
            _container,
            new ContainerAttachParameters { Stream = true, Stdin = true, Stdout = true, Stderr = true },
            cancellationToken).ConfigureAwait(false);
        _ = _log.FollowAsync(_attached);
        try
        {
            await _engine.Client.Containers.StartContainerAsync(_container, new ContainerStartParameters(), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (DockerApiException e) when (Options.Port is { } port && (e.ResponseBody ?? e.Message) is var body
            && (body.Contains("already allocated", StringComparison.Ordinal) || body.Contains("already in use", StringComparison.Ordinal)))
        {
            throw new LocalMySqlServerException(
                LocalMySqlServerProblem.PortInUse,
                $"Port {port} is in use on {Host}; end what listens there, choose another port, or leave it out for a free one.",
                e);
        }

        await SendAsync(Supervisor.FirstStatements(Password), cancellationToken).ConfigureAwait(false);
        var started = await _engine.Client.Containers.InspectContainerAsync(_container, cancellationToken).ConfigureAwait(false);
        Port = started.NetworkSettings?.Ports is { } ports && ports.TryGetValue($"{ContainerPort}/tcp", out var bindings)
            && bindings is { Count: > 0 }
                ? int.Parse(bindings[0].HostPort, CultureInfo.InvariantCulture)
                : throw await EndedAtOnceAsync(cancellationToken).ConfigureAwait(false);
        await FirstReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<LocalMySqlServerException> EndedAtOnceAsync(CancellationToken cancellationToken)
    {
        var log = await ReadLogAsync(30, cancellationToken).ConfigureAwait(false);
        return DiskFull.IsSaidIn(log)
            ? DiskFull.At(Description)
            : new LocalMySqlServerException(
                LocalMySqlServerProblem.StartFailed, $"{Description} ended at once. The end of its log:{Environment.NewLine}{log}");
    }

    private async Task<string> CreateAsync(InitializedImage image, CancellationToken cancellationToken)
    {
        await RemoveNeverStartedAsync(cancellationToken).ConfigureAwait(false);
        var user = image.Owner is null ? Array.Empty<string>() : ["--user=mysql"];
        // A copy costs less than what the storage driver does to a file of the image that is written to.
        var data = Options.DataVolume is null ? InitializedImage.LiveDirectory : InitializedImage.VolumeDirectory + "/data";
        var initFile = InitializedImage.Folder + "/init.sql";
        var mysqld = (string[])["mysqld", .. user, .. MysqldArguments.Serve(data, Tls, initFile, "*", ContainerPort, Options)];
        var parameters = new CreateContainerParameters
        {
            Image = image.Name,
            Entrypoint = ["/bin/sh"],
            Cmd =
            [
                .. Supervisor.Command(
                    Options, clean: "", initFile, image.Owner ?? "", log: "", copyFrom: InitializedImage.DataDirectory, data, mysqld),
            ],
            // Standard input closes with this process's connection, and the supervisor ends with standard input.
            OpenStdin = true,
            StdinOnce = true,
            AttachStdin = true,
            ExposedPorts = new Dictionary<string, EmptyStruct> { [$"{ContainerPort}/tcp"] = default },
            Labels = new Dictionary<string, string> { [InitializedImage.Label] = "server" },
            HostConfig = new HostConfig
            {
                AutoRemove = true,
                NetworkMode = Options.Network ?? "default",
                PortBindings = new Dictionary<string, IList<PortBinding>>
                {
                    [$"{ContainerPort}/tcp"] =
                    [
                        new PortBinding
                        {
                            HostIP = Options.ListenOnAllAddresses ? "0.0.0.0" : _engine.PublishAddress,
                            HostPort = Options.Port?.ToString(CultureInfo.InvariantCulture) ?? "",
                        },
                    ],
                },
                Mounts = Options.DataVolume is { } volume
                    ? [new Mount { Type = "volume", Source = volume, Target = InitializedImage.VolumeDirectory }]
                    : [],
            },
        };
        if (Options.Network is { } network)
        {
            parameters.NetworkingConfig = new NetworkingConfig
            {
                EndpointsConfig = new Dictionary<string, EndpointSettings> { [network] = new() { Aliases = [.. Options.NetworkAliases] } },
            };
        }

        var created = await _engine.Client.Containers.CreateContainerAsync(parameters, cancellationToken).ConfigureAwait(false);
        return created.ID;
    }

    private async Task RemoveAsync(string container)
    {
        var all = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
        try { await _engine.Client.Containers.RemoveContainerAsync(container, all, CancellationToken.None).ConfigureAwait(false); }
        catch (Exception e) when (e is DockerApiException or HttpRequestException) { } // it is removing itself
    }

    private async Task WaitUntilGoneAsync(string container)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(30))
            {
                _ = await _engine.Client.Containers.InspectContainerAsync(container, CancellationToken.None).ConfigureAwait(false);
                await Task.Delay(20).ConfigureAwait(false);
            }

            await RemoveAsync(container).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerApiException or HttpRequestException) { } // not found: gone
    }

    // A process killed between creation and start leaves a container that nothing will ever end.
    private async Task RemoveNeverStartedAsync(CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"{InitializedImage.Label}=server"] = true },
            ["status"] = new Dictionary<string, bool> { ["created"] = true },
        };
        var created = new ContainersListParameters { All = true, Filters = filters };
        var whole = new ContainerRemoveParameters { RemoveVolumes = true };
        foreach (var left in await _engine.Client.Containers.ListContainersAsync(created, cancellationToken).ConfigureAwait(false))
        {
            if (DateTime.UtcNow - left.Created.ToUniversalTime() < TimeSpan.FromMinutes(5)) continue;
            try { await _engine.Client.Containers.RemoveContainerAsync(left.ID, whole, cancellationToken).ConfigureAwait(false); }
            catch (DockerApiException) { } // another process was quicker
        }
    }
}
