using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Health;

namespace RdsIamAspire.Hosting.Commands;

/// <summary>
/// The commands of an endpoint and of its databases, on the dashboard and as <c>aspire resource NAME COMMAND</c>. A database's are its
/// endpoint's, for the
/// user and the name of the database.
/// </summary>
internal static class RdsCommands
{
    internal const string Token = "token";
    internal const string CommandLine = "mysql-command-line";
    internal const string Policy = "iam-policy";
    internal const string GrantScript = "grant-script";
    internal const string ExpireTokens = "expire-tokens";
    internal const string DenyConnect = "deny-connect";
    internal const string AllowConnect = "allow-connect";
    internal const string ClockSkew = "clock-skew";
    internal const string EndSessions = "end-sessions";
    internal const string Restart = "restart";

    internal const string SecondsArgument = "seconds";
    internal const string UserArgument = "user";

    internal static IResourceBuilder<RdsMySqlResource> WithRdsCommands(this IResourceBuilder<RdsMySqlResource> builder) =>
        builder.With(new RdsCommandTarget(builder.Resource, Database: null));

    internal static IResourceBuilder<RdsMySqlDatabaseResource> WithRdsCommands(this IResourceBuilder<RdsMySqlDatabaseResource> builder) =>
        builder.With(new RdsCommandTarget(builder.Resource.Parent, builder.Resource));

    private static IResourceBuilder<T> With<T>(this IResourceBuilder<T> builder, RdsCommandTarget target)
        where T : IResource
    {
        var server = target.Server;
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        return builder
            .With(Token, "Show a fresh token", target.TokenAsync, new()
            {
                Description = "An IAM token, good for 15 minutes and for logins only.",
                IconName = "Key",
                IsHighlighted = true,
                Arguments = [UserInput(target)],
                UpdateState = context => WhenRunning(context),
            })
            .With(CommandLine, "Show the mysql command line", target.CommandLineAsync, new()
            {
                Description = "How to log in with the mysql client.",
                IconName = "WindowConsole",
                UpdateState = context => WhenRunning(context),
            })
            .With(Policy, "Show the IAM policy", target.PolicyAsync, new()
            {
                Description = "The policy document that lets the service's role connect on AWS.",
                IconName = "ShieldKeyhole",
            })
            .With(GrantScript, "Show the grant script", target.GrantScriptAsync, new()
            {
                Description = "The SQL that creates the users on AWS, to be run once by the master user.",
                IconName = "DocumentText",
            })
            .With(
                ExpireTokens,
                "Expire all tokens",
                context => target.FaultAsync(
                    context,
                    "Tokens issued until now are expired: the next login with one of them is denied, and open connections stay.",
                    static emulator => emulator.Faults.ExpireAllTokens()),
                new()
                {
                    Description = "Denies every token issued until now, as if 15 minutes had passed. Open connections stay.",
                    IconName = "Timer",
                    UpdateState = context => WhenLocal(server, context),
                })
            .With(
                DenyConnect,
                "Deny connect",
                context => target.FaultAsync(
                    context, "Logins are denied until allow-connect.", static emulator => emulator.Faults.DenyConnect = true),
                new()
                {
                    Description = "Denies rds-db:connect to everyone, as a wrong policy would.",
                    IconName = "ShieldProhibited",
                    UpdateState = context =>
                        server.Local?.Emulator is { Faults.DenyConnect: true } ? ResourceCommandState.Hidden : WhenLocal(server, context),
                })
            .With(
                AllowConnect,
                "Allow connect",
                context => target.FaultAsync(
                    context, "Logins are judged by the policy again.", static emulator => emulator.Faults.DenyConnect = false),
                new()
                {
                    Description = "Takes deny-connect back.",
                    IconName = "ShieldCheckmark",
                    UpdateState = context =>
                        server.Local?.Emulator is { Faults.DenyConnect: true } ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
                })
            .With(EndSessions, "End all sessions", target.EndSessionsAsync, new()
            {
                Description = "Ends every open session of an IAM user, as a failover does: pools have to log in again.",
                IconName = "PlugDisconnected",
                UpdateState = context => WhenLocal(server, context),
            })
            .With(ClockSkew, "Set clock skew", target.ClockSkewAsync, new()
            {
                Description = "Moves the server's idea of the time; positive seconds make it run ahead of its clients.",
                IconName = "ClockAlarm",
                Arguments =
                [
                    new InteractionInput
                    {
                        Name = SecondsArgument,
                        Label = "Seconds",
                        InputType = InputType.Number,
                        Required = true,
                        Value = "0",
                        Description = "From -86400 to 86400; 0 takes the skew away.",
                    },
                ],
                ValidateArguments = static context =>
                {
                    var input = context.Inputs[SecondsArgument];
                    if (!TrySeconds(input.Value, out _))
                    {
                        context.AddValidationError(input, "Give whole seconds from -86400 to 86400.");
                    }

                    return Task.CompletedTask;
                },
                UpdateState = context => WhenLocal(server, context),
            })
            .With(Restart, "Restart", target.RestartAsync, new()
            {
                Description = "Restarts the local server, as a reboot on RDS does: faults are gone, and data stays while its container "
                    + "is there.",
                IconName = "ArrowCounterclockwise",
                UpdateState = _ => server.Local is null ? ResourceCommandState.Hidden : ResourceCommandState.Enabled,
            });
    }

    internal static bool TrySeconds(string? text, out int seconds) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seconds) && seconds is >= -86400 and <= 86400;

    /// <summary>What went wrong is said in a sentence; a stack trace helps nobody who runs a command.</summary>
    internal static IResourceBuilder<T> With<T>(
        this IResourceBuilder<T> builder,
        string name,
        string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> run,
        CommandOptions options)
        where T : IResource =>
        builder.WithCommand(name, displayName, async context =>
        {
            try
            {
                return await run(context).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it is, it is this command that failed.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                return CommandResults.Failure(exception.Message.ReplaceLineEndings(" "));
            }
        }, options);

    private static InteractionInput UserInput(RdsCommandTarget target) => new()
    {
        Name = UserArgument,
        Label = "User",
        InputType = InputType.Text,
        Required = false,
        Description = target.Database is null
            ? $"The MySQL user; the first user of '{target.Server.Name}' where none is given."
            : $"The MySQL user; that of '{target.Database.Name}' where none is given.",
    };

    internal static ResourceCommandState WhenRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text is { } state && (state == KnownResourceStates.Running || state == EndpointLogin.NoLoginState)
            ? ResourceCommandState.Enabled
            : ResourceCommandState.Disabled;

    private static ResourceCommandState WhenLocal(RdsMySqlResource server, UpdateCommandStateContext context) =>
        server.Local is null ? ResourceCommandState.Hidden : WhenRunning(context);
}
