using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using MySqlConnector;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Logins;

namespace RdsIamAspire.Hosting.Health;

/// <summary>The login that says whether an endpoint or a database can be used: as a reference would log in, with a fresh token.</summary>
internal sealed class EndpointLogin(
    RdsTokens tokens,
    RdsLogins logins,
    EndpointProblems problems,
    ResourceNotificationService notifications,
    IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>The way may have to be opened first.</summary>
    private const uint WaySeconds = 60;

    /// <summary>Not one of Aspire's last states: those would end whoever waits for the endpoint.</summary>
    internal const string NoLoginState = "No login";

    private static readonly ResourceStateSnapshot NoLogin = new(NoLoginState, KnownResourceStateStyles.Error);

    /// <summary>Whether a login failed because the AppHost ends, which is no reason to tell anybody.</summary>
    internal bool IsOverBy(Exception exception) => AppHostEnd.HasDisposed(exception) || AppHostEnd.IsNear(lifetime);

    /// <summary>Logs in once.</summary>
    /// <exception cref="Exception">Whatever stands in the way; its message says what.</exception>
    internal async Task<string> TryAsync(
        IResourceWithConnectionString resource, RdsMySqlResource server, CancellationToken cancellationToken)
    {
        if (server is { Local: null, Way: { } way })
        {
            return await TryAsync(way, resource as RdsMySqlDatabaseResource, cancellationToken).ConfigureAwait(false);
        }

        var connectionString = await ConnectionStringAsync(resource, server, cancellationToken).ConfigureAwait(false);
        var token = await tokens.GetForHealthAsync(server, connectionString.UserID, cancellationToken).ConfigureAwait(false);
        var connection = await logins.OpenAsync(connectionString.ConnectionString, token, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await connection.PingAsync(cancellationToken).ConfigureAwait(false);
        }

        return connectionString.UserID;
    }

    /// <summary>Logs in through a tunnel, as the user that it leads in.</summary>
    private static async Task<string> TryAsync(
        RdsTunnelResource way, RdsMySqlDatabaseResource? database, CancellationToken cancellationToken)
    {
        var options = new MySqlConnectionStringBuilder(
            await way.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty)
        {
            Pooling = false,
            ConnectionTimeout = WaySeconds,
        };
        if (database is not null)
        {
            options.Database = database.DatabaseName;
        }

        var connection = new MySqlConnection(options.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await connection.PingAsync(cancellationToken).ConfigureAwait(false);
        }

        return options.UserID;
    }

    /// <summary>Who logs in, and where: an endpoint without a user of its own is looked at as its first database is used.</summary>
    internal static async Task<MySqlConnectionStringBuilder> ConnectionStringAsync(
        IResourceWithConnectionString resource, RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var source = resource == server && !server.HasAnnotationOfType<RdsIamAuthAnnotation>() && server.DatabaseResources.Count > 0
            ? server.DatabaseResources[0]
            : resource;
        return new(await source.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty);
    }

    /// <summary>Tries until a login to an endpoint on AWS has worked; why none does stands in its state, and once in its log.</summary>
    internal async Task WaitAsync(
        IResourceWithConnectionString resource, RdsMySqlResource server, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await TryAsync(resource, server, cancellationToken).ConfigureAwait(false);
                problems.Worked(resource);
                return;
            }
#pragma warning disable CA1031 // Whatever it is, it is why nobody can log in.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !IsOverBy(exception))
#pragma warning restore CA1031
            {
                problems.Failed(resource, Reason(exception, server));
                await notifications.PublishUpdateAsync(resource, static s => s with { State = NoLogin }).ConfigureAwait(false);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>In one sentence, with what to do without AWS.</summary>
    internal static string Reason(Exception exception, RdsMySqlResource server) =>
        $"{WithoutApi(exception.Message).ReplaceLineEndings(" ").TrimEnd('.')}. {RdsLifecycle.LocalHint(server)}";

    /// <summary>The option is one of services; an AppHost has none.</summary>
    private static string WithoutApi(string message) => message.Replace(
        ", a role of the task, pod or instance, or the Credentials option",
        " in the environment, or credentials in ~/.aws",
        StringComparison.Ordinal);
}
