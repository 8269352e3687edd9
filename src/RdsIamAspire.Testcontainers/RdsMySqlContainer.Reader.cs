using RdsIamAspire.Emulator;

namespace RdsIamAspire.Testcontainers;

// With WithReader: a writer and a reader in place of one server.
public sealed partial class RdsMySqlContainer
{
    private LocalAurora? _aurora;

    /// <summary>The writer and the reader.</summary>
    /// <exception cref="InvalidOperationException">It is not started, or was built without a reader.</exception>
    public LocalAurora Aurora => _aurora ?? throw new InvalidOperationException(
        _rds is null ? NotStarted : "This server has no reader; call WithReader() on the builder.");

    /// <summary>
    /// Makes the reader the writer and the writer the reader: the old writer's sessions end, connections to the writer's port reach the new
    /// one.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not started, or was built without a reader.</exception>
    /// <exception cref="LocalMySqlServerException">The reader lacks transactions of the writer; the roles stay.</exception>
    public Task<AuroraFailover> FailoverAsync(CancellationToken cancellationToken = default) => Aurora.FailoverAsync(cancellationToken);

    /// <summary>Waits until the reader has everything that the writer has committed so far.</summary>
    /// <exception cref="InvalidOperationException">It is not started, or was built without a reader.</exception>
    public Task WaitForReaderAsync(CancellationToken cancellationToken = default) => Aurora.WaitForReaderAsync(cancellationToken);

    /// <summary>The reader endpoint's connection string, as <see cref="GetConnectionString"/> is the writer's.</summary>
    /// <param name="user">The IAM user; null takes the first.</param>
    /// <param name="database">The database; null takes the builder's.</param>
    /// <exception cref="InvalidOperationException">It is not started, or was built without a reader.</exception>
    public string GetReaderConnectionString(string? user = null, string? database = null) =>
        Aurora.GetReaderConnectionString(User(user), database);

    private async Task<LocalRds> StartAuroraAsync(
        LocalRdsOptions rds, RdsMySqlReader names, Func<LocalRds, Task> beforeScripts, CancellationToken cancellationToken)
    {
        if (_configuration.NetworkAliases.Count > 0)
        {
            throw new InvalidOperationException(
                "WithNetwork gives one server a name on a container network, and WithReader makes two; take one of them.");
        }

        var options = new LocalAuroraOptions { Rds = rds, WriterName = names.WriterName, ReaderName = names.ReaderName };
        using var authority = EmulatorCertificateAuthority.Create();
        var servers = new List<SupervisedServer>();
        try
        {
            for (var number = 1; number <= 2; number++)
                servers.Add(await StartInstanceAsync(LocalAurora.InstanceOptions(options, authority)).ConfigureAwait(false));
        }
        catch
        {
            foreach (var server in servers)
                await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _server = servers[0] as TestcontainersServer;
        _aurora = await LocalAurora.AttachAsync(servers[0], servers[1], options, beforeScripts, cancellationToken).ConfigureAwait(false);
        return _aurora.Rds;

        async Task<SupervisedServer> StartInstanceAsync(LocalMySqlServerOptions instance) => _configuration.WithoutDocker
            ? await LocalMySqlServer.StartBareAsync(instance, cancellationToken).ConfigureAwait(false)
            : await TestcontainersServer
                .StartAsync(_configuration.Image, _configuration.Configure, instance, cancellationToken).ConfigureAwait(false);
    }
}
