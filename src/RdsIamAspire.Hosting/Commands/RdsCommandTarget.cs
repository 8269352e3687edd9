using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Logins;
using RdsIamAspire.Hosting.Publishing;

namespace RdsIamAspire.Hosting.Commands;

/// <summary>What a command of an endpoint, or of one of its databases, does.</summary>
/// <remarks>
/// Neither the dashboard's dialog nor the command line shows a successful command's message: what there is to say is in the result too.
/// </remarks>
internal sealed record RdsCommandTarget(RdsMySqlResource Server, RdsMySqlDatabaseResource? Database)
{
    internal async Task<ExecuteCommandResult> TokenAsync(ExecuteCommandContext context)
    {
        if (!TryUser(context, out var user, out var failure))
        {
            return failure;
        }

        if (Server.Local is { Emulator: null })
        {
            return NotUp();
        }

        var token = await context.Services.GetRequiredService<RdsTokens>().GetAsync(
            Server, user, context.CancellationToken).ConfigureAwait(false);
        return CommandResults.Success(
            $"Token for '{user}', good for 15 minutes.", token, CommandResultFormat.Text, displayImmediately: true);
    }

    internal async Task<ExecuteCommandResult> CommandLineAsync(ExecuteCommandContext context)
    {
        var stop = context.CancellationToken;
        var host = await Server.Host.GetValueAsync(stop).ConfigureAwait(false);
        var port = await Server.Port.GetValueAsync(stop).ConfigureAwait(false);
        var ca = Server.Local is { } local ? await local.CaCertificatePath.GetValueAsync(stop).ConfigureAwait(false) : "global-bundle.pem";
        var name = Database?.Name ?? Server.Name;
        var more = "--enable-cleartext-plugin --password=\"$TOKEN\"" + (Database is null ? "" : $" {Database.DatabaseName}");
        var text = $"""
            # TOKEN is what the command "token" of {name} shows; single quotes keep it whole.
            TOKEN='…'
            mysql --host={host} --port={port} --user={DefaultUser()} --ssl-mode=VERIFY_IDENTITY --ssl-ca={ca} {more}
            """;
        return CommandResults.Success(
            "Set TOKEN to what the token command shows.", text, CommandResultFormat.Text, displayImmediately: true);
    }

    internal async Task<ExecuteCommandResult> PolicyAsync(ExecuteCommandContext context)
    {
        var json = await RdsArtifacts.PolicyAsync(Server.Writer ?? Server, context.CancellationToken).ConfigureAwait(false);
        return CommandResults.Success("IAM policy", json, CommandResultFormat.Json, displayImmediately: true);
    }

    internal async Task<ExecuteCommandResult> GrantScriptAsync(ExecuteCommandContext context)
    {
        var script = await RdsArtifacts.GrantScriptAsync(Server.Writer ?? Server, context.CancellationToken).ConfigureAwait(false);
        return CommandResults.Success("Grant script", $"```sql\n{script}\n```", CommandResultFormat.Markdown, displayImmediately: true);
    }

    internal async Task<ExecuteCommandResult> FaultAsync(ExecuteCommandContext context, string said, Action<RdsIamEmulator> apply)
    {
        if (Server.Local?.Emulator is not { } emulator)
        {
            return NotUp();
        }

        apply(emulator);
        CommandLog.Done(context.Logger, said);
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        await RdsLifecycle.PublishFaultsAsync(Server, notifications, emulator.Faults).ConfigureAwait(false);
        return CommandResults.Success(said, said, CommandResultFormat.Text);
    }

    internal async Task<ExecuteCommandResult> EndSessionsAsync(ExecuteCommandContext context)
    {
        if (Server.Local?.Emulator is { } emulator)
        {
            await emulator.Faults.KillSessionsAsync(context.CancellationToken).ConfigureAwait(false);
        }

        return await FaultAsync(context, "Every open session of an IAM user is ended.", static _ => { }).ConfigureAwait(false);
    }

    internal Task<ExecuteCommandResult> ClockSkewAsync(ExecuteCommandContext context)
    {
        if (!RdsCommands.TrySeconds(context.Arguments.GetString(RdsCommands.SecondsArgument), out var seconds))
        {
            return Task.FromResult(CommandResults.Failure("Give whole seconds from -86400 to 86400."));
        }

        var said = seconds switch
        {
            0 => "The server's clock is right again.",
            > 0 => string.Create(CultureInfo.InvariantCulture, $"The server's clock is {seconds} s ahead."),
            _ => string.Create(CultureInfo.InvariantCulture, $"The server's clock is {-seconds} s behind."),
        };
        return FaultAsync(context, said, emulator => emulator.Faults.ClockSkew = TimeSpan.FromSeconds(seconds));
    }

    internal async Task<ExecuteCommandResult> RestartAsync(ExecuteCommandContext context)
    {
        if (Server.Local is not { } local)
        {
            return CommandResults.Failure($"'{Server.Name}' has no local server to restart.");
        }

        var result = await local.RestartAsync(context.Services, context.CancellationToken).ConfigureAwait(false);
        if (result.Problem is { } problem)
        {
            return CommandResults.Failure(problem);
        }

        var said = $"'{Server.Name}' restarted{(result.Note is null ? ", and its data is there" : "")}. {result.Note}".TrimEnd();
        CommandLog.Done(context.Logger, said);
        return CommandResults.Success(said, said, CommandResultFormat.Text, displayImmediately: result.Note is not null);
    }

    private ExecuteCommandResult NotUp() => CommandResults.Failure(Server.Local is null
        ? $"'{Server.Name}' has no local server, so there is nothing to put a fault into."
        : $"The local server of '{Server.Name}' is not up. Look at its log, or run its restart command.");

    private string DefaultUser() => Database?.Auth.User ?? LocalUsers.Of(Server).First().User;

    private bool TryUser(ExecuteCommandContext context, out string user, out ExecuteCommandResult failure)
    {
        var asked = context.Arguments.ContainsName(RdsCommands.UserArgument) ? context.Arguments.GetString(RdsCommands.UserArgument) : null;
        user = string.IsNullOrEmpty(asked) ? DefaultUser() : asked;
        List<string> users = [.. LocalUsers.Of(Server).Select(static u => u.User)];
        if (Server.HasAdministrator)
        {
            users.Add(LocalAdministrator.UserOf(Server));
        }

        failure = CommandResults.Failure($"'{Server.Name}' has no user '{user}'. It has: {string.Join(", ", users)}. Case matters.");
        return users.Contains(user, StringComparer.Ordinal);
    }
}
