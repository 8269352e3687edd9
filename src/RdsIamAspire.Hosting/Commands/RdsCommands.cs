using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Logins;
using RdsIamAspire.Hosting.Publishing;

namespace RdsIamAspire.Hosting.Commands;

/// <summary>The commands of an endpoint, on the dashboard and as <c>aspire resource NAME COMMAND</c>.</summary>
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

    private const string SecondsArgument = "seconds";
    private const string UserArgument = "user";

    internal static IResourceBuilder<RdsMySqlResource> WithRdsCommands(this IResourceBuilder<RdsMySqlResource> builder)
    {
        var server = builder.Resource;
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        return builder
            .WithCommand(Token, "Copy a fresh token", context => TokenAsync(server, context), new()
            {
                Description = "An IAM token for the endpoint's user, good for 15 minutes and for logins only.",
                IconName = "Key",
                IsHighlighted = true,
                Arguments = [UserInput(server)],
                UpdateState = context => WhenRunning(context),
            })
            .WithCommand(CommandLine, "Show the mysql command line", context => CommandLineAsync(server, context), new()
            {
                Description = "How to log in with the mysql client.",
                IconName = "WindowConsole",
                UpdateState = context => WhenRunning(context),
            })
            .WithCommand(Policy, "Show the IAM policy", context => PolicyAsync(server, context), new()
            {
                Description = "The policy document that lets the service's role connect.",
                IconName = "ShieldKeyhole",
            })
            .WithCommand(GrantScript, "Show the grant script", async context => CommandResults.Success("Grant script", Markdown("sql", await RdsArtifacts.GrantScriptAsync(server, context.CancellationToken).ConfigureAwait(false)), CommandResultFormat.Markdown, displayImmediately: true), new()
            {
                Description = "The SQL that creates the users on AWS, to be run once by the master user.",
                IconName = "DocumentText",
            })
            .WithCommand(ExpireTokens, "Expire all tokens", context => FaultAsync(server, context, "Tokens issued until now are expired.", static emulator => emulator.Faults.ExpireAllTokens()), new()
            {
                Description = "Denies every token issued until now, as if 15 minutes had passed. Open connections stay.",
                IconName = "Timer",
                UpdateState = context => WhenLocal(server, context),
            })
            .WithCommand(DenyConnect, "Deny connect", context => FaultAsync(server, context, "Logins are denied until allow-connect.", static emulator => emulator.Faults.DenyConnect = true), new()
            {
                Description = "Denies rds-db:connect to everyone, as a wrong policy would.",
                IconName = "ShieldProhibited",
                UpdateState = context => server.Local?.Emulator is { Faults.DenyConnect: true } ? ResourceCommandState.Hidden : WhenLocal(server, context),
            })
            .WithCommand(AllowConnect, "Allow connect", context => FaultAsync(server, context, "Logins are judged by the policy again.", static emulator => emulator.Faults.DenyConnect = false), new()
            {
                Description = "Takes deny-connect back.",
                IconName = "ShieldCheckmark",
                UpdateState = context => server.Local?.Emulator is { Faults.DenyConnect: true } ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
            })
            .WithCommand(EndSessions, "End all sessions", context => EndSessionsAsync(server, context), new()
            {
                Description = "Ends every open session of an IAM user, as a failover does: pools have to log in again.",
                IconName = "PlugDisconnected",
                UpdateState = context => WhenLocal(server, context),
            })
            .WithCommand(ClockSkew, "Set clock skew", context => ClockSkewAsync(server, context), new()
            {
                Description = "Moves the server's idea of the time; positive seconds make it run ahead of its clients.",
                IconName = "ClockAlarm",
                Arguments = [new InteractionInput { Name = SecondsArgument, Label = "Seconds", InputType = InputType.Number, Required = true, Value = "0", Description = "From -86400 to 86400; 0 takes the skew away." }],
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
            .WithCommand(Restart, "Restart", context => RestartAsync(server, context), new()
            {
                Description = "Restarts the local server, as a reboot on RDS does: its data stays, faults are gone.",
                IconName = "ArrowCounterclockwise",
                UpdateState = _ => server.Local is null ? ResourceCommandState.Hidden : ResourceCommandState.Enabled,
            });
    }

    private static async Task<ExecuteCommandResult> TokenAsync(RdsMySqlResource server, ExecuteCommandContext context)
    {
        if (!TryUser(server, context, out var user, out var failure))
        {
            return failure;
        }

        var token = await context.Services.GetRequiredService<RdsTokens>().GetAsync(server, user, context.CancellationToken).ConfigureAwait(false);
        return CommandResults.Success($"Token for '{user}', good for 15 minutes.", token, CommandResultFormat.Text, displayImmediately: true);
    }

    private static async Task<ExecuteCommandResult> CommandLineAsync(RdsMySqlResource server, ExecuteCommandContext context)
    {
        var host = await server.Host.GetValueAsync(context.CancellationToken).ConfigureAwait(false);
        var port = await server.Port.GetValueAsync(context.CancellationToken).ConfigureAwait(false);
        var ca = server.Local is { } local ? await local.CaCertificatePath.GetValueAsync(context.CancellationToken).ConfigureAwait(false) : "global-bundle.pem";
        var user = LocalUsers.Of(server).First().User;
        var text = $"mysql --host={host} --port={port} --user={user} --ssl-mode=VERIFY_IDENTITY --ssl-ca={ca} --enable-cleartext-plugin --password=\"$TOKEN\"";
        return CommandResults.Success("Set TOKEN to what the token command returns.", text, CommandResultFormat.Text, displayImmediately: true);
    }

    private static async Task<ExecuteCommandResult> PolicyAsync(RdsMySqlResource server, ExecuteCommandContext context)
    {
        var json = await RdsArtifacts.PolicyAsync(server, context.CancellationToken).ConfigureAwait(false);
        return CommandResults.Success("IAM policy", json, CommandResultFormat.Json, displayImmediately: true);
    }

    private static async Task<ExecuteCommandResult> FaultAsync(RdsMySqlResource server, ExecuteCommandContext context, string said, Action<RdsIamEmulator> apply)
    {
        if (server.Local?.Emulator is not { } emulator)
        {
            return CommandResults.Failure($"'{server.Name}' has no local server that is up, so there is nothing to put a fault into.");
        }

        apply(emulator);
        CommandLog.Done(context.Logger, said);
        await RdsLifecycle.PublishFaultsAsync(server, context.Services.GetRequiredService<ResourceNotificationService>(), emulator.Faults).ConfigureAwait(false);
        return CommandResults.Success(said);
    }

    private static async Task<ExecuteCommandResult> EndSessionsAsync(RdsMySqlResource server, ExecuteCommandContext context)
    {
        if (server.Local?.Emulator is { } emulator)
        {
            await emulator.Faults.KillSessionsAsync(context.CancellationToken).ConfigureAwait(false);
        }

        return await FaultAsync(server, context, "Every open session of an IAM user is ended.", static _ => { }).ConfigureAwait(false);
    }

    private static Task<ExecuteCommandResult> ClockSkewAsync(RdsMySqlResource server, ExecuteCommandContext context)
    {
        if (!TrySeconds(context.Arguments.GetString(SecondsArgument), out var seconds))
        {
            return Task.FromResult(CommandResults.Failure("Give whole seconds from -86400 to 86400."));
        }

        var said = seconds switch
        {
            0 => "The server's clock is right again.",
            > 0 => string.Create(CultureInfo.InvariantCulture, $"The server's clock is {seconds} s ahead."),
            _ => string.Create(CultureInfo.InvariantCulture, $"The server's clock is {-seconds} s behind."),
        };
        return FaultAsync(server, context, said, emulator => emulator.Faults.ClockSkew = TimeSpan.FromSeconds(seconds));
    }

    private static async Task<ExecuteCommandResult> RestartAsync(RdsMySqlResource server, ExecuteCommandContext context)
    {
        if (server.Local is not { } local)
        {
            return CommandResults.Failure($"'{server.Name}' has no local server to restart.");
        }

        var problem = await local.RestartAsync(context.Services, context.CancellationToken).ConfigureAwait(false);
        return problem is null ? CommandResults.Success($"'{server.Name}' restarted.") : CommandResults.Failure(problem);
    }

    private static InteractionInput UserInput(RdsMySqlResource server) => new()
    {
        Name = UserArgument,
        Label = "User",
        InputType = InputType.Text,
        Required = false,
        Description = $"The MySQL user; the first user of '{server.Name}' where none is given.",
    };

    private static bool TryUser(RdsMySqlResource server, ExecuteCommandContext context, out string user, out ExecuteCommandResult failure)
    {
        string[] users = [.. LocalUsers.Of(server).Select(static u => u.User)];
        var asked = context.Arguments.ContainsName(UserArgument) ? context.Arguments.GetString(UserArgument) : null;
        user = string.IsNullOrEmpty(asked) ? users[0] : asked;
        failure = CommandResults.Failure($"'{server.Name}' has no user '{user}'. It has: {string.Join(", ", users)}. Case matters.");
        return users.Contains(user, StringComparer.Ordinal);
    }

    private static bool TrySeconds(string? text, out int seconds) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seconds) && seconds is >= -86400 and <= 86400;

    private static ResourceCommandState WhenRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static ResourceCommandState WhenLocal(RdsMySqlResource server, UpdateCommandStateContext context) =>
        server.Local is null ? ResourceCommandState.Hidden : WhenRunning(context);

    private static string Markdown(string language, string text) => $"```{language}\n{text}\n```";
}
