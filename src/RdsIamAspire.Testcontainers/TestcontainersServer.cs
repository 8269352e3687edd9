using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using RdsIamAspire.Emulator;
using Testcontainers.MySql;

namespace RdsIamAspire.Testcontainers;

/// <summary>A server in a container that Testcontainers made: its options are the test's, what runs in it is the emulator's.</summary>
internal sealed class TestcontainersServer : SupervisedServer
{
    private const string Tls = InitializedImage.Folder + "/tls";

    private readonly DockerEngine _engine;
    private readonly string _image;
    private readonly LogTail _log;
    private string? _owner;
    private MultiplexedStream? _attached;

    private TestcontainersServer(DockerEngine engine, string image, LocalMySqlServerOptions options, RunFolder folder)
        : base(options, folder)
    {
        _engine = engine;
        _image = image;
        _log = new LogTail(200, OnSupervisorLine, () => OnSupervisorGone("its container is gone"));
    }

    public override LocalMySqlServerKind Kind => LocalMySqlServerKind.Docker;

    public override string Description => $"Docker image {_image}";

    public override string? ContainerId => Container?.Id;

    public MySqlContainer? Container { get; private set; }

    /// <summary>
    /// What MySqlBuilder's own options ask the image's entrypoint for; it is not run, so its part is done by whoever started the server.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    public static async Task<TestcontainersServer> StartAsync(
        string image, Func<MySqlBuilder, MySqlBuilder> configure, LocalMySqlServerOptions options, CancellationToken cancellationToken)
    {
        var engine = await DockerEngine.RequireAsync(cancellationToken).ConfigureAwait(false);
        var server = new TestcontainersServer(engine, image, options, RunFolder.Create());
        try
        {
            await server.StartAsync(configure, cancellationToken).ConfigureAwait(false);
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
        if (Container is { } container)
        {
            try { await container.DisposeAsync().ConfigureAwait(false); }
            catch (DockerApiException) { } // it is removing itself
        }

        _attached?.Dispose();
        CertificateAuthority.Dispose();
        Folder.Dispose();
        _engine.Dispose();
    }

    public override Task<string> ReadLogAsync(
        int lines = 50,
        CancellationToken cancellationToken = default) => Task.FromResult(_log.Read(lines));

    internal override Task<EmulatorEndpoint> GetPeerAddressAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new EmulatorEndpoint(Container!.IpAddress, MySqlBuilder.MySqlPort));

    protected override async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await _attached!.WriteAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
    }

    protected override Task<bool> IsAliveAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Container?.State == TestcontainersStates.Running && !_log.Ended);

    protected override async Task PutTlsFilesAsync(
        EmulatorCertificateAuthority authority, ServerCertificate certificate, CancellationToken cancellationToken) =>
        await _engine.Client.Containers.ExtractArchiveToContainerAsync(
            Container!.Id,
            new CopyToContainerParameters { Path = "/" },
            InitializedImage.Archive(
            [
                (Tls + "/ca.pem", InitializedImage.Bytes(authority.CertificatePem)),
                (Tls + "/server-cert.pem", InitializedImage.Bytes(certificate.CertificatePem)),
                (Tls + "/server-key.pem", InitializedImage.Bytes(certificate.PrivateKeyPem)),
            ],
                _owner),
            cancellationToken).ConfigureAwait(false);

    private async Task StartAsync(Func<MySqlBuilder, MySqlBuilder> configure, CancellationToken cancellationToken)
    {
        var image =
            await InitializedImage.EnsureAsync(_engine, _image, Options.ServerArguments, Log, cancellationToken).ConfigureAwait(false);
        _owner = image.Owner;
        var builder = new MySqlBuilder(image.Name);
        if (TestcontainersSettings.OS?.DockerEndpointAuthConfig is null)
            builder = builder.WithDockerEndpoint(new AnyVersionEndpoint(_engine.Endpoint));
        Container = configure(builder)
            // It ends with this process by itself, so Testcontainers' clean-up container has nothing to do.
            .WithCleanUp(false)
            .WithAutoRemove(true)
            .WithCreateParameterModifier(parameters => Supervise(parameters, image))
            .WithWaitStrategy(Wait.ForUnixContainer().AddCustomWaitStrategy(new NoWait()))
            .Build();
        await Container.StartAsync(cancellationToken).ConfigureAwait(false);

        // The container waits for its first statements on standard input; by now it is known where it is dialled, so the certificate can be
        // made.
        DialledAt(Container.Hostname);
        Port = Container.GetMappedPublicPort(MySqlBuilder.MySqlPort);
        await PutTlsFilesAsync(CertificateAuthority, CertificateAuthority.CreateServerCertificate(Names), cancellationToken)
            .ConfigureAwait(false);
        _attached = await _engine.Client.Containers.AttachContainerAsync(
            Container.Id,
            new ContainerAttachParameters { Stream = true, Stdin = true, Stdout = true, Stderr = true },
            cancellationToken).ConfigureAwait(false);
        _ = _log.FollowAsync(_attached);
        await SendAsync(Supervisor.FirstStatements(Password), cancellationToken).ConfigureAwait(false);
        await FirstReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Supervise(CreateContainerParameters parameters, InitializedImage image)
    {
        if (parameters.Image != image.Name)
        {
            throw new InvalidOperationException(
                $"WithMySqlBuilder names the image {parameters.Image}; name it in RdsMySqlBuilder's constructor.");
        }

        Environment = (parameters.Env ?? []).Select(variable => variable.Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1]);

        const string Data = InitializedImage.LiveDirectory;
        const string InitFile = InitializedImage.Folder + "/init.sql";
        var user = image.Owner is null ? Array.Empty<string>() : ["--user=mysql"];
        var own = parameters.Cmd ?? [];
        var mysqld = (string[])
        [
            "mysqld",
            .. user,
            .. MysqldArguments.Serve(Data, Tls, InitFile, "*", MySqlBuilder.MySqlPort, Options),
            .. own.Where(argument => argument != "mysqld"),
        ];
        parameters.Entrypoint = ["/bin/sh"];
        parameters.Cmd =
        [
            .. Supervisor.Command(
                Options, clean: "", InitFile, image.Owner ?? "", log: "", InitializedImage.DataDirectory, Data, mysqld),
        ];
        parameters.OpenStdin = true;
        parameters.StdinOnce = true;
        parameters.AttachStdin = true;
    }

    // MySqlBuilder's own strategy asks every five seconds; whether the server is ready is found out here, by logging in.
    private sealed class NoWait : IWaitUntil
    {
        public Task<bool> UntilAsync(IContainer container) => Task.FromResult(true);
    }
}
