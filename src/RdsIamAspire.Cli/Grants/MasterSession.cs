using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using MySqlConnector;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Tunnel;
using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Cli.Grants;

/// <summary>
/// A session of the one who may make users: with a password over verified TLS, or as an IAM user through a tunnel of its own.
/// </summary>
internal sealed class MasterSession : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private MasterSession(MySqlConnection connection) => Connection = connection;

    /// <summary>The session.</summary>
    public MySqlConnection Connection { get; }

    /// <summary>Logs in.</summary>
    /// <param name="target">Where, and as whom.</param>
    /// <param name="password">The password; null logs in with a token.</param>
    /// <param name="ca">A CA bundle of the user's own.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ToolException">It does not work.</exception>
    public static async Task<MasterSession> OpenAsync(
        DatabaseTarget target, string? password, string? ca, CancellationToken cancellationToken)
    {
        var owned = new List<IAsyncDisposable>();
        try
        {
            var connection = password is null ? await ThroughTunnelAsync(target, ca, owned, cancellationToken)
                : await WithPasswordAsync(target, password, ca, owned, cancellationToken);
            owned.Add(connection);
            await connection.OpenAsync(cancellationToken);
            var session = new MasterSession(connection);
            session._owned.AddRange(owned);
            return session;
        }
        catch (Exception e)
        {
            for (var i = owned.Count - 1; i >= 0; i--)
                await owned[i].DisposeAsync();
            throw e is MySqlException ? new ToolException(ExitCode.Problem,
                $"'{target.User}' cannot log in to {target.Dialled}: {e.Message}", e) : e is ForwardException way
                ? ToolException.Missing(way.Line, e) : e is InvalidOperationException or KeyNotFoundException
                ? ToolException.Missing(e.Message, e) : e;
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            await _owned[i].DisposeAsync();
    }

    private static async Task<MySqlConnection> ThroughTunnelAsync(
        DatabaseTarget target, string? ca, List<IAsyncDisposable> owned, CancellationToken cancellationToken)
    {
        var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = new System.Data.Common.DbConnectionStringBuilder
            {
                ["Server"] = target.Dialled.Host,
                ["Port"] = target.Dialled.Port,
                ["User ID"] = target.User,
            }.ConnectionString,
            Region = target.Region,
            SignForHost = target.SignFor.Host,
            SignForPort = target.SignFor.Port,
            Via = target.Via,
            CaCertificatePath = ca,
        });
        owned.Add(tunnel);
        if (await tunnel.FindProblemAsync(cancellationToken) is { } problem)
            throw new ToolException(ExitCode.Problem, $"'{target.User}' cannot log in to {target.Dialled}: {problem}");
        return new MySqlConnection(new MySqlConnectionStringBuilder(tunnel.ConnectionString) { Pooling = false }.ConnectionString);
    }

    private static async Task<MySqlConnection> WithPasswordAsync(
        DatabaseTarget target, string password, string? ca, List<IAsyncDisposable> owned, CancellationToken cancellationToken)
    {
        var trust = ServerTrust.For(target.SignFor, ca);
        var (host, port) = (target.Dialled.Host, target.Dialled.Port);
        if (target.Via is { } via)
        {
            var way = new PortForward(ViaRoute.Parse(via), target.Dialled, target.SignFor.Region ?? target.Region, NullLogger.Instance,
                TimeProvider.System);
            owned.Add(way);
            var at = await way.OpenAsync(cancellationToken);
            (host, port) = (at.Address.ToString(), at.Port);
        }

        return new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = host,
            Port = (uint)port,
            UserID = target.User,
            Password = password,
            // The name to check is the endpoint's own, which may not be the one that is dialled: so the check is this one's.
            SslMode = MySqlSslMode.Required,
            Pooling = false,
            ConnectionTimeout = 15,
        }.ConnectionString)
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                IsGood(certificate, chain, errors, trust, target.SignFor.Host),
        };
    }

    private static bool IsGood(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors, ServerTrust trust, string name)
    {
        if (certificate is not X509Certificate2 server || (errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(trust.Roots);
        if (sent is not null)
        {
            foreach (var element in sent.ChainElements)
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(server) && server.MatchesHostname(name);
    }
}
