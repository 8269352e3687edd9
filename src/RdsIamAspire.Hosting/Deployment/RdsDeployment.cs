using System.Globalization;
using System.Security.Authentication;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Logins;

namespace RdsIamAspire.Hosting.Deployment;

/// <summary>
/// The steps that touch the database: <c>grant-rds-iam-…</c> creates the users as the master user, within <c>aspire deploy</c>;
/// <c>verify-rds-iam-…</c>, by <c>aspire do</c>, logs in as each of them with a token of the caller's own AWS credentials.
/// </summary>
internal static partial class RdsDeployment
{
    internal static string VerifyStep(RdsMySqlResource server) => $"verify-rds-iam-{server.Name}";

    internal static string GrantStep(RdsMySqlResource server) => $"grant-rds-iam-{server.Name}";

    private static string ForgetStep(RdsMySqlResource server) => $"forget-master-password-{server.Name}";

    internal static IResourceBuilder<RdsMySqlResource> WithRdsDeployment(this IResourceBuilder<RdsMySqlResource> builder)
    {
        var server = builder.Resource;
        return builder
            .WithPipelineStepFactory(_ => new PipelineStep
            {
                Name = VerifyStep(server),
                Description = $"Logs in to '{server.Name}' as each of its users, with IAM tokens of your AWS credentials.",
                Action = context => VerifyAsync(server, context),
                DependsOnSteps =
                [
                    server.HasAnnotationOfType<RdsMasterUserAnnotation>() ? ForgetStep(server) : WellKnownPipelineSteps.ProcessParameters,
                ],
                Resource = server,
            })
            .WithPipelineStepFactory(_ => server.TryGetLastAnnotation<RdsMasterUserAnnotation>(out var master)
                ?
                [
                    new PipelineStep
                    {
                        Name = ForgetStep(server),
                        Description = $"Takes the password of '{master.User}' out of Aspire's deployment state, which keeps "
                            + "every parameter on disk.",
                        Action = context => ForgetAsync(master, context),
                        DependsOnSteps = [WellKnownPipelineSteps.ProcessParameters],
                        RequiredBySteps =
                        [
                            WellKnownPipelineSteps.PublishPrereq, WellKnownPipelineSteps.BuildPrereq, WellKnownPipelineSteps.DeployPrereq,
                        ],
                        Resource = server,
                    },
                    new PipelineStep
                    {
                        Name = GrantStep(server),
                        Description = $"Creates the users of '{server.Name}' as '{master.User}'.",
                        Action = context => GrantAsync(server, master, context),
                        DependsOnSteps = [WellKnownPipelineSteps.DeployPrereq],
                        RequiredBySteps = [WellKnownPipelineSteps.Deploy],
                        Resource = server,
                    },
                ]
                : Array.Empty<PipelineStep>());
    }

    private static async Task GrantAsync(RdsMySqlResource server, RdsMasterUserAnnotation master, PipelineStepContext context)
    {
        RdsMasterUserAnnotation.ThrowIfItIsAnIamUser(server);
        var cancellationToken = context.CancellationToken;
        var (host, port) = await WhereAsync(server, cancellationToken).ConfigureAwait(false);
        var password = await master.Password.GetValueAsync(cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrEmpty(password))
        {
            throw new DistributedApplicationException($"The parameter '{master.Password.Name}' is empty: it is the password of "
                + $"'{master.User}', who creates the users of '{server.Name}'.");
        }

        var users = await LocalUsers.NamedAsync(server, cancellationToken).ConfigureAwait(false);
        if (users.SelectMany(static user => user.Unnamed).FirstOrDefault() is { } unnamed)
        {
            throw new DistributedApplicationException($"The database {unnamed} of '{server.Name}' has no name: "
                + "give the parameter a value.");
        }

        IReadOnlyList<MadeUser> made;
        try
        {
            var connectionString = ConnectionString(host, port, master.User, database: "");
            var connection = await context.Services.GetRequiredService<RdsLogins>()
                .OpenAsync(connectionString, password, cancellationToken)
                .ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            made = await RdsAccounts.MakeAsync(connection, users, cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlException exception)
        {
            throw new DistributedApplicationException(
                $"The users of '{server.Name}' were not created on {host}:{port} as '{master.User}': {exception.Message.TrimEnd('.')}. "
                    + $"{AdviceToMaster(exception, master)}",
                exception);
        }

        foreach (var user in made)
        {
            var databases = string.Join(", ", users.Where(asked => asked.User == user.User).SelectMany(static asked => asked.Databases));
            LogGranted(context.Logger, user.User, host, port, user.What, databases);
            if (user.WithoutTokens.Count > 0)
            {
                LogWithoutTokens(context.Logger, string.Join(", ", user.WithoutTokens), host, port);
            }
        }

        context.Summary.Add($"RDS IAM: users of {server.Name}", string.Join("; ", made.Select(static user => $"{user.User}: {user.What}")));
    }

    private static async Task ForgetAsync(RdsMasterUserAnnotation master, PipelineStepContext context)
    {
        var state = context.Services.GetRequiredService<IDeploymentStateManager>();
        var section = await state
            .AcquireSectionAsync($"Parameters:{master.Password.Name}", context.CancellationToken)
            .ConfigureAwait(false);
        await state.DeleteSectionAsync(section, context.CancellationToken).ConfigureAwait(false);
    }

    private static async Task VerifyAsync(RdsMySqlResource server, PipelineStepContext context)
    {
        var cancellationToken = context.CancellationToken;
        var (host, port) = await WhereAsync(server, cancellationToken).ConfigureAwait(false);
        foreach (var user in await LocalUsers.NamedAsync(server, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var token = await context.Services.GetRequiredService<RdsTokens>()
                    .GetAsync(server, user.User, cancellationToken)
                    .ConfigureAwait(false);
                var connectionString = ConnectionString(host, port, user.User, user.Databases is [var first, ..] ? first : "");
                var connection = await context.Services.GetRequiredService<RdsLogins>()
                    .OpenAsync(connectionString, token, cancellationToken)
                    .ConfigureAwait(false);
                await connection.DisposeAsync().ConfigureAwait(false);
                LogVerified(context.Logger, user.User, host, port);
            }
            catch (Exception exception) when (exception is MySqlException or RdsAuthTokenException)
            {
                throw new DistributedApplicationException(
                    $"'{user.User}' did not get in to {host}:{port}: {exception.Message.TrimEnd('.')}. "
                        + $"{(exception is MySqlException denied ? AdviceToUser(denied) : "")}".TrimEnd(),
                    exception);
            }
        }

        context.Summary.Add($"RDS IAM: logins to {server.Name}", "verified");
    }

    private static async Task<(string Host, uint Port)> WhereAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var host = await server.Host.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var port = await server.Port.GetValueAsync(cancellationToken).ConfigureAwait(false);
        return !string.IsNullOrWhiteSpace(host)
            && uint.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
            ? (host, number)
            : throw new DistributedApplicationException($"'{server.Name}' has host '{host}' and port '{port}': give its parameters the "
                + "endpoint as RDS shows it.");
    }

    private static string ConnectionString(string host, uint port, string user, string database)
    {
        var parts = new MySqlConnectionStringBuilder { Server = host, Port = port, UserID = user, SslMode = MySqlSslMode.VerifyFull };
        if (database.Length > 0)
        {
            parts.Database = database;
        }

        return parts.ConnectionString;
    }

    private static string AdviceToMaster(MySqlException exception, RdsMasterUserAnnotation master) => exception switch
    {
        { ErrorCode: MySqlErrorCode.AccessDenied } => $"Check the user and the parameter '{master.Password.Name}'.",
        { ErrorCode: MySqlErrorCode.UnableToConnectToHost } => AdviceToReach(exception),
        _ => "It needs CREATE USER, the GRANT OPTION for what it grants, and SELECT on the server's own database to look at what was "
            + "made; RDS's master user has them.",
    };

    private static string AdviceToUser(MySqlException exception) => exception switch
    {
        { ErrorCode: MySqlErrorCode.AccessDenied } =>
            "In this order: was the user created (grants.sql), may these AWS credentials rds-db:connect as it (iam-policy.json), is IAM "
                + "authentication switched on? docs/access-denied.md has every other cause.",
        { ErrorCode: MySqlErrorCode.DatabaseAccessDenied or MySqlErrorCode.UnknownDatabase } => "The login worked; the database is not "
            + "there, or grants.sql has not been run for it.",
        _ => AdviceToReach(exception),
    };

    private static string AdviceToReach(MySqlException exception) => exception.InnerException is AuthenticationException
        ? "The server's certificate does not lead to a CA of the bundle in force: bring in AWS's newest with 'rds-iam ca update', or "
            + $"name your own in {RdsCaBundleStore.EnvironmentVariable}."
        : "Is it reached from this machine? An endpoint in a private subnet is reached from inside its VPC only.";

    [LoggerMessage(Level = LogLevel.Information, Message = "'{User}' on {Host}:{Port}: {What}. It logs in with IAM tokens over TLS; "
        + "privileges on: {Databases}.")]
    private static partial void LogGranted(ILogger logger, string user, string host, uint port, string what, string databases);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Accounts} on {Host}:{Port} do not log in with IAM tokens, and are the ones that "
        + "count for clients from there. Drop or rename what is not meant.")]
    private static partial void LogWithoutTokens(ILogger logger, string accounts, string host, uint port);

    [LoggerMessage(Level = LogLevel.Information, Message = "'{User}' logged in to {Host}:{Port} with an IAM token.")]
    private static partial void LogVerified(ILogger logger, string user, string host, uint port);
}
