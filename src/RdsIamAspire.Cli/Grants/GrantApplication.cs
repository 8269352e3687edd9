using System.CommandLine;
using MySqlConnector;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Grants;

/// <summary><c>rds-iam grants --apply</c>: shows what is missing on the server, and makes it so.</summary>
internal sealed class GrantApplication
{
    private readonly EndpointOptions _endpoint;
    private readonly Option<bool> _apply = new("--apply")
    {
        Description = "Compare with the server of --host, show the difference, and make it so; the second time there is none",
    };

    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "With --apply: without asking" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "With --apply: only show the difference" };
    private readonly Option<string?> _master = new("--master")
    {
        Description = $"With --apply: the master user; the password is asked for, or in {MasterLogin.PasswordVariable}",
        HelpName = "USER",
    };

    private readonly Option<string?> _masterSecret = new("--master-secret")
    {
        Description = "With --apply: the master user's secret in Secrets Manager, as RDS manages it",
        HelpName = "ARN",
    };

    private readonly Option<string?> _masterIam = new("--master-iam")
    {
        Description = "With --apply: an IAM user that may make users",
        HelpName = "USER",
    };

    private readonly Option<string?> _ca = new("--ca") { Description = "With --apply: a CA bundle of your own, PEM", HelpName = "FILE" };

    public GrantApplication(Command command)
    {
        foreach (var option in (Option[])[_apply, _dryRun, _yes, _master, _masterSecret, _masterIam, _ca])
            command.Options.Add(option);
        _endpoint = new EndpointOptions(command, dials: true, hasUser: false);
    }

    /// <summary>Whether it is asked for.</summary>
    public bool IsWanted(ParseResult parsed) => parsed.GetValue(_apply) || parsed.GetValue(_dryRun);

    /// <summary>Does it.</summary>
    /// <exception cref="ToolException">The login does not work, or the account may not be altered.</exception>
    public async Task<int> RunAsync(ParseResult parsed, RdsGrantRequest request, bool json, CancellationToken cancellationToken)
    {
        var login = await LoginAsync(parsed, cancellationToken);
        var target = _endpoint.Read(parsed, new ConnectionText(null, null, login.User));
        var ca = parsed.GetValue(_ca) is { Length: > 0 } file ? file : target.Named?.Ca;
        if (ca is not null)
            InputFile.Require(_ca.Name, ca);
        await using var session = await Progress.OfAsync($"logging in to {target.Dialled}",
            MasterSession.OpenAsync(target, login.Password, ca, cancellationToken));
        IReadOnlyList<GrantStep> steps;
        try
        {
            steps = Between(request, await ReadAsync(session.Connection, request, cancellationToken));
        }
        catch (MySqlException e)
        {
            throw new ToolException(ExitCode.Problem, $"'{login.User}' may not look at the server's users: {e.Message}; it takes one who"
                + " may make users, such as the master user", e);
        }

        var open = steps.Where(step => step.Statement is not null).ToList();
        if (!json)
            Show(steps);
        var applied = open.Count > 0 && !parsed.GetValue(_dryRun) && (parsed.GetValue(_yes) || IsConfirmed(open.Count));
        if (applied)
            await ApplyAsync(session.Connection, request, open, cancellationToken);
        if (json)
            Terminal.WriteJson(new { Steps = steps, Applied = applied });
        else if (open.Count == 0)
            Terminal.Say("nothing to change");
        return open.Count == 0 || applied ? ExitCode.Success : ExitCode.Problem;
    }

    private async Task<MasterLogin> LoginAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var given = ((Option<string?>[])[_master, _masterSecret, _masterIam]).Where(option => parsed.GetValue(option) is { Length: > 0 })
            .ToList();
        if (given.Count != 1)
        {
            throw ToolException.Usage(given.Count == 0
                ? "--apply needs one who may make users: --master USER, --master-secret ARN or --master-iam USER"
                : $"{given[0].Name} and {given[1].Name} are given; give one");
        }

        var value = parsed.GetValue(given[0])!;
        if (given[0] == _master)
            return MasterLogin.Ask(value);
        if (given[0] == _masterIam)
            return new(value, null);
        _endpoint.UseProfile(parsed);
        // arn:aws:secretsmanager:REGION:…
        var fields = value.Split(':');
        using var aws = AwsApi.Create(fields.Length > 3 ? fields[3] : null);
        return await Progress.OfAsync("asking AWS for the secret", MasterLogin.FromSecretAsync(aws, value, cancellationToken));
    }

    private static IReadOnlyList<GrantStep> Between(RdsGrantRequest request, GrantedNow now)
    {
        try
        {
            return GrantPlan.Between(request, now);
        }
        catch (InvalidOperationException e)
        {
            throw new ToolException(ExitCode.Problem, e.Message, e);
        }
    }

    private static void Show(IReadOnlyList<GrantStep> steps)
    {
        foreach (var step in steps)
            Console.Out.WriteLine($"{(step.Statement is null ? "=" : "+")} {ShownText.Of(step.What)}");
        foreach (var step in steps.Where(step => step.Statement is not null))
            Console.Out.WriteLine($"  {ShownText.Of(step.Statement!)};");
    }

    private static bool IsConfirmed(int count)
    {
        if (Console.IsInputRedirected)
        {
            Terminal.Say("nothing was changed: give --yes, or answer at a terminal");
            return false;
        }

        Terminal.Show($"rds-iam: run {(count == 1 ? "this statement" : $"these {count} statements")}? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task ApplyAsync(
        MySqlConnection connection, RdsGrantRequest request, List<GrantStep> open, CancellationToken cancellationToken)
    {
        foreach (var step in open)
        {
            try
            {
                await using var command = new MySqlCommand(step.Statement, connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (MySqlException e)
            {
                throw new ToolException(ExitCode.Problem, $"{step.Statement}: {e.Message}; what came before it is done", e);
            }
        }

        // Looked at again: the server may have made something else of it.
        var left = Between(request, await ReadAsync(connection, request, cancellationToken)).Where(step => step.Statement is not null);
        if (left.FirstOrDefault() is { } step0)
            throw new ToolException(ExitCode.Problem, $"the server did not do as it was told: {step0.What} is still missing");
        Terminal.Say($"done: {open.Count} {(open.Count == 1 ? "statement" : "statements")}");
    }

    private static async Task<GrantedNow> ReadAsync(
        MySqlConnection connection, RdsGrantRequest request, CancellationToken cancellationToken)
    {
        var accounts = new List<RdsDatabaseAccount>();
        await using (var command = new MySqlCommand(RdsGrantScript.CreateAccountQuery(request.User), connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                accounts.Add(new(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3),
                    reader.GetBoolean(4)));
            }
        }

        var privileges = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        await using var query = new MySqlCommand(
            "SELECT TABLE_SCHEMA, PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = @grantee", connection);
        query.Parameters.AddWithValue("@grantee", $"'{request.User}'@'{request.Host}'");
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            // A grant's database is a pattern.
            var database = rows.GetString(0).Replace(@"\_", "_", StringComparison.Ordinal).Replace(@"\%", "%", StringComparison.Ordinal);
            if (!privileges.TryGetValue(database, out var held))
                privileges[database] = held = new HashSet<string>(StringComparer.Ordinal);
            ((HashSet<string>)held).Add(rows.GetString(1));
        }

        return new(accounts, privileges);
    }
}
