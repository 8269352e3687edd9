using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>What runs in place of the endpoint on AWS: a MySQL server on this machine with the emulator attached.</summary>
internal abstract class LocalRdsServer(RdsMySqlResource owner, string region) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LoginAttempt> _lastAttempts = new(StringComparer.Ordinal);
    private RdsIamEmulator? _emulator;

    /// <summary>The host name as each consumer reaches it.</summary>
    internal abstract ReferenceExpression Host { get; }

    /// <summary>The port as each consumer reaches it.</summary>
    internal abstract ReferenceExpression Port { get; }

    /// <summary>The resource that runs the server, where Aspire runs it.</summary>
    internal virtual IResource? ServerResource => null;

    /// <summary>What the properties show as the server, for example an image or a program.</summary>
    internal abstract string Description { get; }

    /// <summary>Why this server and no other, where nobody said which.</summary>
    internal string? Reason { get; set; }

    /// <summary>Whether what is written is there after the server was stopped and started, and in the next run.</summary>
    internal abstract bool KeepsData { get; }

    internal string Region => region;

    internal RdsMySqlResource Owner => owner;

    /// <summary>The CA that the server's certificate verifies against.</summary>
    internal abstract LocalCaCertificatePath CaCertificatePath { get; }

    /// <summary>How often the emulator has been attached.</summary>
    internal int Attachments { get; private set; }

    /// <summary>How often a start has come to its end, good or bad; counted before the state that it ends in is published.</summary>
    protected int Attempts { get; private set; }

    /// <summary>The emulator while it is attached.</summary>
    internal virtual RdsIamEmulator? Emulator => _emulator;

    /// <summary>Looks, before anything starts, at what would keep the server from starting.</summary>
    internal virtual void PrepareStart(IDistributedApplicationBuilder builder)
    {
    }

    /// <summary>Waits until the server takes logins, or starts it.</summary>
    /// <returns>How the agent logs in, and where services dial.</returns>
    internal abstract Task<ServerAccess> WaitForServerAsync(
        IServiceProvider services, ILogger logger, CancellationToken cancellationToken);

    /// <summary>Counts a start that has come to its end.</summary>
    internal void Attempted() => Attempts++;

    /// <summary>Restarts the server, or starts one that has not come up.</summary>
    /// <returns>What went wrong, or what is to be said of a restart that went well.</returns>
    internal abstract Task<RestartResult> RestartAsync(IServiceProvider services, CancellationToken cancellationToken);

    /// <summary>Attaches the emulator, and creates the databases and the IAM users of the endpoint.</summary>
    internal async Task<RdsIamEmulator> AttachAsync(IServiceProvider services, ILogger log, CancellationToken cancellationToken)
    {
        await DetachAsync().ConfigureAwait(false);
        var cluster = owner.Cluster;
        var access = await (cluster is null
            ? WaitForServerAsync(services, log, cancellationToken)
            : cluster.WaitForServersAsync(services, log, cancellationToken)).ConfigureAwait(false);
        foreach (var database in LocalDatabase.Of(owner))
        {
            await LocalDatabase.CreateAsync(access.AdminConnectionString, database, log, cancellationToken).ConfigureAwait(false);
        }

        var identity = services.GetRequiredService<LocalAwsIdentity>();
        var options = new RdsIamEmulatorOptions
        {
            Region = region,
            LoggerFactory = new EmulatorConsole(services.GetRequiredService<ILoggerFactory>()),
            Principals = { identity.Principal, identity.HealthPrincipal },
        };
        foreach (var endpoint in access.Endpoints)
        {
            options.Endpoints.Add(endpoint);
        }

        var emulator = await RdsIamEmulator.AttachAsync(access.AdminConnectionString, options, cancellationToken).ConfigureAwait(false);
        try
        {
            emulator.LoginJudged += Remember;
            if (cluster is not null)
            {
                await cluster.JudgeReaderAsync(emulator, cancellationToken).ConfigureAwait(false);
            }

            await LocalDatabase.ExecuteAsync(
                access.AdminConnectionString,
                [
                    .. LocalUsers.Of(owner).SelectMany(static u => RdsGrantScript.CreateStatements(u.ToGrant())),
                    .. LocalAdministrator.Statements(owner),
                ],
                cancellationToken).ConfigureAwait(false);
            if (cluster is not null)
            {
                await cluster.StartAsync(emulator, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await emulator.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _emulator = emulator;
        Attachments++;
        return emulator;
    }

    internal async Task DetachAsync()
    {
        if (Interlocked.Exchange(ref _emulator, null) is { } emulator)
        {
            await emulator.DisposeAsync().ConfigureAwait(false);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await DetachAsync().ConfigureAwait(false);
    }

    /// <summary>The last login of <paramref name="user"/> where it was denied; <see langword="null"/> where it was let in.</summary>
    internal virtual LoginAttempt? LastDenialOf(string user) =>
        _lastAttempts.TryGetValue(user, out var attempt) && !attempt.Allowed ? attempt : null;

    private void Remember(object? sender, LoginAttempt attempt)
    {
        // A user name comes from the client; only those that exist here are worth remembering.
        if (LocalUsers.Of(owner).Any(u => u.User == attempt.User))
        {
            _lastAttempts[attempt.User] = attempt;
        }
    }

    /// <summary>A second server like this one, for the reader of a cluster; null where there can be none.</summary>
    /// <param name="builder">The endpoint.</param>
    internal virtual LocalRdsServer? CreateSecond(IResourceBuilder<RdsMySqlResource> builder) => null;

    /// <summary>Restarts the server on its data while it is the second of a cluster; one that is not there comes with the next
    /// start.</summary>
    internal virtual Task RestartAsSecondAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The port of this machine that the AppHost asks for, once its settings are known.</summary>
    internal virtual int? AskedPort(bool areRandomized) => null;

    /// <summary>How the agent logs in to the server, and the endpoints that tokens may be signed for.</summary>
    /// <param name="AdminConnectionString">The administrator's.</param>
    /// <param name="Endpoints">Hosts and ports.</param>
    /// <param name="Peer">Where another server of the same kind dials it.</param>
    internal sealed record ServerAccess(
        string AdminConnectionString, IReadOnlyList<EmulatorEndpoint> Endpoints, EmulatorEndpoint Peer);
}

/// <summary>What became of a restart.</summary>
/// <param name="Problem">Why it failed; null where it did not.</param>
/// <param name="Note">What its user should know of one that went well.</param>
internal sealed record RestartResult(string? Problem, string? Note = null)
{
    /// <summary>The server runs again with all that it had.</summary>
    internal static RestartResult Done { get; } = new(Problem: null);

    public static RestartResult Of(string? problem) => problem is null ? Done : new(problem);
}
