using System.CommandLine;
using System.Globalization;
using System.Net;
using MySqlConnector;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tunnel;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>
/// <c>rds-iam serve</c>: a local RDS that stays, for clients in any language, set up by environment variables. The entry point of the image
/// (eng/image), and of use on any machine.
/// </summary>
internal sealed class ServeCommand : ToolCommand
{
    private readonly ServeSettings _settings;
    private readonly Option<bool> _check = new("--check")
    {
        Description = "Ask the 'rds-iam serve' of this machine whether logins are judged, and end: 0 yes, 1 no (a container's health check)",
    };

    private readonly Option<bool> _json = new("--json") { Description = "As --log json" };

    public ServeCommand()
        : base("serve", "Serve a local RDS: a real MySQL server that checks IAM auth tokens as RDS does, until SIGTERM or Ctrl+C. Each option"
            + " has an environment variable, as the image of docs/without-dotnet.md uses them. What happens is written to stdout.")
    {
        _settings = new ServeSettings(this);
        Options.Add(_check);
        Options.Add(_json);
        Examples =
        [
            "serve --user orders_app --database orders",
            "serve --listen 0.0.0.0:3306 --endpoint orders-db --data ./data",
            "# the same by environment:",
            "# RDS_IAM_USERS=orders_app,reports RDS_IAM_DATABASES=orders rds-iam serve",
            "serve --check",
        ];
        ExitCodes =
        [
            "0  ended by SIGTERM or Ctrl+C",
            "1  --check: not ready; or a statement of an init script failed",
            "2  a setting is wrong",
            "3  something is missing, or the server is gone for good",
        ];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_check))
            return await CheckAsync(_settings.ReadHttp(parsed), cancellationToken);
        using var signals = new StopSignals(cancellationToken);
        var json = parsed.GetValue(_json) || _settings.ReadsJson(parsed);
        if (json)
            Terminal.SayAsJson();
        var plan = await _settings.ReadAsync(parsed, signals.First);
        var log = new ServeLog(json);
        await using var http = HttpEndpoint.Start(plan);
        LocalRds rds;
        try
        {
            rds = await LocalRds.StartAsync(Complete(plan, log), signals.First);
        }
        catch (OperationCanceledException) when (signals.First.IsCancellationRequested)
        {
            log.Say("ended before the server was up");
            return ExitCode.Success;
        }

        await using (rds)
            return await ServeAsync(rds, plan, log, http, signals);
    }

    private static async Task<int> ServeAsync(LocalRds rds, ServePlan plan, ServeLog log, HttpEndpoint http, StopSignals signals)
    {
        using var gone = new CancellationTokenSource();
        var files = new SharedFiles(rds.Emulator, rds.CaCertificatePath);
        if (plan.Share is { } share)
            files.WriteTo(share);
        foreach (var set in plan.Faults)
            set(rds.Emulator.Faults);
        rds.Emulator.LoginJudged += (_, attempt) =>
        {
            if (!attempt.Allowed || plan.SaysAllLogins)
                log.Say(attempt);
        };
        rds.Server.StateChanged += (_, change) =>
        {
            if (change.State == LocalMySqlServerState.Ended)
                gone.Cancel();
        };
        http.Open(files, cancel => ProblemAsync(rds, cancel));
        SayWhere(rds, plan, log);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(signals.First, gone.Token);
        await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Close();
        if (gone.IsCancellationRequested)
            return ExitCode.Missing;

        rds.Emulator.Faults.RefuseNewLogins = true;
        log.Say(string.Create(CultureInfo.InvariantCulture,
            $"stopping: no new logins; up to {plan.Drain.TotalSeconds:0} s for running statements and open transactions"));
        var left = await RunningSessions.WaitAsync(rds.Server, plan.Drain, signals.Second);
        log.Say(left switch
        {
            0 => "stopped: no session was cut",
            null => "stopped: the server did not tell what was open, and what was is cut",
            _ => $"stopped: {left} sessions with work open were cut",
        }, left == 0 ? "info" : "warning");
        return ExitCode.Success;
    }

    private static void SayWhere(LocalRds rds, ServePlan plan, ServeLog log)
    {
        log.Say($"{rds.Server.Description} answers on {plan.Listen}; users {string.Join(", ", plan.Rds.IamUsers)}; databases"
            + $" {string.Join(", ", plan.Rds.MoreDatabases.Prepend(plan.Rds.Database!))}; region {rds.Emulator.Region}");
        if (plan.ServesHttp)
            log.Say($"CA, credentials and health: http://{plan.Http}/");
        if (!IPAddress.IsLoopback(plan.Listen.Address) || (plan.ServesHttp && !IPAddress.IsLoopback(plan.Http.Address)))
        {
            log.Say("other machines that reach these ports can log in: keep nothing here that is not for everybody, and publish on 127.0.0.1"
                + " (docker run -p 127.0.0.1:3306:3306)");
        }

        log.Say("ready");
    }

    private static LocalRdsOptions Complete(ServePlan plan, ServeLog log)
    {
        var options = plan.Rds;
        var identity = ServedIdentity.Open(plan.DataFolder is { } folder && Directory.Exists(folder) ? folder : null);
        var principals = options.Emulator.Principals;
        var principal = principals.Count > 0 ? principals[0]
            : EmulatorPrincipal.CreateDefault(options.Emulator.AccountId, AwsPartition.FromRegion(options.Emulator.Region).Name);
        principals.Clear();
        principals.Add(identity.Sign(principal));
        options.Server = options.Server with { CertificateAuthority = identity.Authority, LoggerFactory = log.ForServer() };
        return options;
    }

    // What a client needs: the server answers, and the logins are judged.
    private static async Task<string?> ProblemAsync(LocalRds rds, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new MySqlConnection(rds.Server.AdminConnectionString);
            await connection.OpenAsync(cancellationToken);
            return await connection.PingAsync(cancellationToken) ? null : "the server does not answer";
        }
        catch (MySqlException e)
        {
            return $"the server does not answer: {e.Message}";
        }
    }

    private static async Task<int> CheckAsync(IPEndPoint http, CancellationToken cancellationToken)
    {
        var address = http.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : http.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : http.Address;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://{new IPEndPoint(address, http.Port)}/readyz"), cancellationToken);
            if (answer.IsSuccessStatusCode)
                return ExitCode.Success;
            Terminal.Say($"not ready: {(await answer.Content.ReadAsStringAsync(cancellationToken)).Trim()}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Terminal.Say($"not ready: no 'rds-iam serve' answers at http://{http}/ ({e.Message})");
        }

        return ExitCode.Problem;
    }
}
