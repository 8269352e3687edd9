using System.CommandLine;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Grants;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Local;

// What the command line makes of a server.
internal sealed partial class LocalCommand
{
    private async Task<LocalRdsOptions> ReadAsync(ParseResult parsed, string[] users, string database, ILoggerFactory logging)
    {
        if (parsed.GetValue(_reader) && parsed.GetValue(_data) is { Length: > 0 })
            throw ToolException.Usage("--data does not go with --reader: the data of a local Aurora is gone when it ends");
        if (parsed.GetValue(_port) is < 1 or > 65535)
            throw ToolException.Usage($"--port {parsed.GetValue(_port)} is not a port; give a number from 1 to 65535");
        var scripts = parsed.GetValue(_init) ?? [];
        foreach (var script in scripts.Where(path => !Directory.Exists(path)))
            InputFile.Require(_init.Name, script);

        var endpoints = (parsed.GetValue(_endpoints) ?? []).Select(text => RdsEndpoint.Parse(text)).ToList();
        var emulator = new RdsIamEmulatorOptions { Region = parsed.GetValue(_region)!, LoggerFactory = logging };
        emulator.AccountId = parsed.GetValue(_account) ?? emulator.AccountId;
        emulator.ResourceId = parsed.GetValue(_resource) ?? emulator.ResourceId;
        // Judged here, with the words of a policy's own rules, before a server is started.
        var arn = new RdsDbUserArn(emulator.Region, emulator.AccountId, emulator.ResourceId, users[0]);
        if (parsed.GetValue(_policy) is { Length: > 0 } policy)
        {
            emulator.Principals.Add(EmulatorPrincipal.Create(
                $"arn:{arn.Partition}:sts::{emulator.AccountId}:assumed-role/rds-iam-local/local", await InputFile.ReadAsync(_policy.Name,
                    policy, default), temporary: true));
        }

        foreach (var endpoint in endpoints)
            emulator.Endpoints.Add(new EmulatorEndpoint(endpoint.Host, endpoint.Port));
        var options = new LocalRdsOptions
        {
            Server = _server.Read(parsed) with
            {
                Port = parsed.GetValue(_port),
                InitScripts = scripts,
                DataVolume = parsed.GetValue(_data),
                Names = [.. endpoints.Select(endpoint => endpoint.Host)],
                LoggerFactory = logging,
            },
            Emulator = emulator,
            Database = database,
            MasterUser = parsed.GetValue(_master) is { Length: > 0 } master ? new LocalRdsMasterUser(master, MasterPassword()) : null,
        };
        foreach (var user in users)
            options.IamUsers.Add(user);
        if (parsed.GetValue(_grants) is { Length: > 0 } grants)
            options.Privileges = GrantsCommand.SplitPrivileges(grants);
        // What is wrong with a name or a privilege is said before a server is started.
        foreach (var user in users)
            _ = RdsGrantScript.Create(user, database, options.Privileges);
        return options;
    }

    private static string MasterPassword() =>
        Environment.GetEnvironmentVariable(MasterPasswordVariable) is { Length: > 0 } password
            ? password
            : throw ToolException.Usage("--master needs a password for this throw-away server in the environment variable"
            + $" {MasterPasswordVariable}; choose one and export it");
}
