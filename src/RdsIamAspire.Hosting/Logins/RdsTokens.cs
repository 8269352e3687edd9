using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Logins;

/// <summary>
/// Tokens for the AppHost's own logins: of the emulator's identity for a local server, of the developer's AWS credentials for a real one.
/// </summary>
internal sealed class RdsTokens(LocalAwsIdentity identity, RdsAuthTokenSourceOptions? options = null) : IDisposable
{
    private readonly Lazy<RdsAuthTokenSource> _source = new(() => new RdsAuthTokenSource(options));
    private volatile bool _isDisposed;

    /// <summary>A token as a service would make it.</summary>
    internal ValueTask<string> GetAsync(RdsMySqlResource server, string user, CancellationToken cancellationToken) =>
        GetAsync(server, user, identity.Principal, cancellationToken);

    /// <summary>A token for a health check.</summary>
    internal ValueTask<string> GetForHealthAsync(RdsMySqlResource server, string user, CancellationToken cancellationToken) =>
        GetAsync(server, user, identity.HealthPrincipal, cancellationToken);

    private async ValueTask<string> GetAsync(
        RdsMySqlResource server, string user, EmulatorPrincipal principal, CancellationToken cancellationToken)
    {
        if (server.Local is { } local)
        {
            var emulator = local.Emulator ?? throw NotUp(server);
            try
            {
                return await emulator.CreateTokenAsync(user, principal: principal, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (!_isDisposed)
            {
                // It was let go of in this moment, for a restart.
                throw NotUp(server);
            }
        }

        var host = await server.Host.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var port = await server.Port.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var region = server.Region is { } given ? await given.GetValueAsync(cancellationToken).ConfigureAwait(false) : null;
        if (string.IsNullOrEmpty(host) || !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new InvalidOperationException(
                $"'{server.Name}' has host '{host}' and port '{port}'. Set both parameters. {RdsLifecycle.LocalHint(server)}");
        }

        if (string.IsNullOrEmpty(region) && MisspeltHost.ProblemOf(host) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var token = await _source.Value.GetTokenAsync(
            new RdsAuthTokenRequest(host, number, user, region) { Identity = server.AwsIdentity },
            cancellationToken).ConfigureAwait(false);
        return token.Value;
    }

    private static InvalidOperationException NotUp(RdsMySqlResource server) =>
        new($"The local server of '{server.Name}' is not up. Look at its log, or run its restart command.");

    public void Dispose()
    {
        _isDisposed = true;
        if (_source.IsValueCreated)
        {
            _source.Value.Dispose();
        }
    }
}
