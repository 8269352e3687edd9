using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RdsIamAspire.Cli.Local;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Cli.Doctor;

/// <summary>Takes a login step by step and stops at the first that fails, which is the cause.</summary>
internal sealed class Examination(DatabaseTarget target, string? caFile, string? policy, TimeSpan patience)
{
    private static readonly TimeSpan LeastForToken = TimeSpan.FromSeconds(5);

    private readonly List<Finding> _findings = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private Task<TimeSpan?> _clock = Task.FromResult<TimeSpan?>(null);

    /// <summary>Goes through the steps.</summary>
    public async Task<Diagnosis> RunAsync(CancellationToken cancellationToken)
    {
        var endpoint = target.SignFor.IsRds ? $"{target.SignFor.Kind}, region {target.SignFor.Region ?? "not in its name"}"
            : "not an RDS host name";
        Ok("endpoint", $"{target.SignFor} ({endpoint}){(target.Dialled == target.SignFor ? "" : $", dialled as {target.Dialled}")}");

        using var clock = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // What gives credentials has a time of its own: --timeout is the server's.
        var forToken = patience / 2 > LeastForToken ? patience / 2 : LeastForToken;
        clock.CancelAfter(forToken);
        // Beside the rest: when it is wanted, it is known.
        _clock = AwsClock.SkewAsync(target.SignFor, cancellationToken);
        using var source = new RdsAuthTokenSource();
        RdsAuthToken token;
        try
        {
            token = await source.GetTokenAsync(target.TokenRequest, clock.Token);
            Ok("token", $"{token.Value.Length} characters for '{token.User}' in {token.Region}, signed by {token.AccessKeyId}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("token", $"there were no credentials within {TokenReport.Span(forToken)}", Cause.NoCredentials,
                "what gives credentials does not answer: look at AWS_PROFILE, at a proxy, at the container's or instance's metadata");
        }
        catch (RdsAuthTokenException e)
        {
            return Failed("token", e.Message, e.Failure switch
            {
                RdsAuthTokenFailure.RegionNotFound => Cause.NoRegion,
                RdsAuthTokenFailure.CredentialsExpired => Cause.CredentialsExpired,
                _ => Cause.NoCredentials,
            }, e.Failure == RdsAuthTokenFailure.RegionNotFound ? "give the region: --region eu-west-1"
                : "get credentials, for example: aws sso login; then try again, with --profile NAME where it is not the default one");
        }

        clock.CancelAfter(patience);
        var way = target.Via is null ? null : new PortForward(ViaRoute.Parse(target.Via), target.Dialled,
            target.SignFor.Region ?? target.Region, NullLogger.Instance, TimeProvider.System);
        try
        {
            if ((way is null ? await ResolveAsync(cancellationToken) : await OpenAsync(way, clock.Token)) is { } closed)
                return closed;
            return await ConnectAsync(way, token, clock.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (way is not null && !cancellationToken.IsCancellationRequested)
        {
            var carries = _findings.Exists(finding => finding is { Step: "via", State: FindingState.Ok });
            return Failed("via", carries ? $"{target.Via} carries no bytes of {target.Dialled} within {TokenReport.Span(patience)}"
                : $"{target.Via} was not open within {TokenReport.Span(patience)}", Cause.ViaFailed, carries
                    ? "the database's security group must let that machine in on the port"
                    : "give it more time (--timeout 30), or see what the AWS CLI or ssh says when it is typed alone");
        }
        catch (ForwardException e)
        {
            return Failed("via", e.Message, Cause.ViaFailed, e.Remedy);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (_findings.Exists(finding => finding is { Step: "tcp", State: FindingState.Ok }))
            {
                return Failed("mysql", $"{target.Dialled} takes the connection and then says nothing for {TokenReport.Span(patience)}",
                    Cause.NoGreeting,
                    "the other end of a tunnel or port-forward is missing, a load balancer has no target, or the server hangs (a local one:"
                        + " its process is stopped)");
            }

            return Failed("tcp", $"{target.Dialled} did not answer within {TokenReport.Span(patience)}", Cause.NoAnswer,
                "packets are dropped on the way: look at the database's security group, the subnet's network ACL and routes, and whether"
                    + " this machine is in the VPC (or behind a tunnel to it)");
        }
        catch (EndOfStreamException)
        {
            return Failed("mysql", $"{target.Dialled} closed the connection", Cause.NotMySql,
                "something between here and the server closes connections (a tunnel without its other end, a load balancer); look there");
        }
        catch (IOException e)
        {
            return Failed("mysql", $"the connection to {target.Dialled} broke: {e.Message}", Cause.NotMySql,
                "try again; when it stays, look at what stands between here and the server");
        }
        finally
        {
            if (way is not null)
                await way.DisposeAsync();
        }
    }

    private async Task<Diagnosis?> OpenAsync(PortForward way, CancellationToken cancellationToken)
    {
        var at = await way.OpenAsync(cancellationToken);
        Ok("via", $"{target.Via} is open, {at} leads to {target.Dialled}");
        return null;
    }

    private async Task<Diagnosis?> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(target.Dialled.Host, cancellationToken);
            Ok("dns", string.Join(", ", addresses.Select(address => address.ToString())));
            return null;
        }
        catch (SocketException e)
        {
            return Failed("dns", $"'{target.Dialled.Host}' has no address: {e.Message}", Cause.HostNotFound,
                target.Dialled.IsRds
                    ? "compare the name with 'aws rds describe-db-instances --query \"DBInstances[*].Endpoint.Address\"'; a database that"
                    + " is not public may be found only from inside its VPC"
                    : "check the name for a mistake");
        }
    }

    private async Task<Diagnosis> ConnectAsync(
        PortForward? way, RdsAuthToken token, CancellationToken clock, CancellationToken cancellationToken)
    {
        ServerConnection connection;
        try
        {
            connection = await ServerConnection.DialAsync(target.Dialled, way, clock);
        }
        catch (SocketException e)
        {
            return Failed("tcp", $"{target.Dialled} refuses: {e.Message}", Cause.PortClosed,
                $"nothing listens on port {target.Dialled.Port.ToString(CultureInfo.InvariantCulture)} there: check the port and whether"
                    + " the database (or the tunnel) is running");
        }

        await using (connection)
        {
            Ok("tcp", $"{target.Dialled} answers");
            try
            {
                if (await connection.ReadGreetingAsync(clock) is { } refused)
                    return Refused("mysql", refused);
            }
            catch (MySqlProtocolException e)
            {
                return Failed("mysql", $"{target.Dialled} does not speak MySQL: {e.Message}", Cause.NotMySql,
                    "check the port: something else listens there");
            }

            Ok("mysql", $"version {connection.Greeting.ServerVersion}");
            var login = new LoginRequest
            {
                Capabilities = connection.Greeting.Capabilities & ~(Capabilities.ConnectAttributes | Capabilities.ConnectWithDatabase),
                MaxPacketSize = 1 << 24,
                Charset = connection.Greeting.Charset,
                User = Encoding.UTF8.GetBytes(target.User),
            };
            if (await TlsAsync(connection, way, login, clock) is { } noTls)
                return noTls;
            var outcome = await connection.LoginAsync(login, _ => new(token), clock);
            if (outcome is LoginOutcome.Refused { Error.Code: ErrorPacket.AccessDenied }
                && await RefusedByEmulatorAsync(outcome, token, connection.IsEmulator, cancellationToken) is { } told)
                return told;
            var policyFindings = await PolicyAsync(cancellationToken);
            return Judge(outcome, token, policyFindings, outcome is LoginOutcome.Refused ? await _clock : null, connection.IsEmulator);
        }
    }

    // The emulator knows, and its process is on this machine: nothing has to be guessed.
    private async Task<Diagnosis?> RefusedByEmulatorAsync(
        LoginOutcome outcome, RdsAuthToken token, bool isEmulator, CancellationToken cancellationToken)
    {
        if (!isEmulator || Environment.GetEnvironmentVariable(RefusedLogins.Variable) is not { Length: > 0 } file)
            return null;
        var refused = await RefusedLogins.FindAsync(file, target.User, token.AccessKeyId, Stopwatch.GetElapsedTime(_began),
            cancellationToken);
        if (refused is null)
            return null;
        _findings.Add(new Finding("login", FindingState.Failed, ((LoginOutcome.Refused)outcome).Error.ToString()));
        return Failed("emulator", $"{refused.Explanation} [{refused.Denial}]", Cause.RefusedByEmulator,
            $"docs/access-denied.md has a section on {refused.Denial}, with what RDS would write into its log");
    }

    private async Task<Diagnosis?> TlsAsync(
        ServerConnection connection, PortForward? way, LoginRequest login, CancellationToken cancellationToken)
    {
        ServerTrust trust;
        try
        {
            trust = ServerTrust.For(target.SignFor, caFile);
        }
        catch (KeyNotFoundException e)
        {
            return Failed("tls", e.Message, Cause.NoRootForRegion, "rds-iam ca update");
        }

        try
        {
            await connection.StartTlsAsync(target.SignFor, trust, login, cancellationToken);
            Ok("tls", $"{connection.Tls}, the certificate is good for '{target.SignFor.Host}' ({trust.Origin})");
            return null;
        }
        catch (CertificateException e)
        {
            var (cause, problem, remedy) = CertificateCause.Of(e.Problem, trust, target);
            return Failed("tls", problem, cause, remedy);
        }
        catch (MySqlProtocolException e)
        {
            return Failed("tls", e.Message, Cause.NoTls, IPAddress.TryParse(target.Dialled.Host, out var own) && IPAddress.IsLoopback(own)
                ? "IAM logins need TLS. Is this a port of 'rds-iam tunnel'? It makes the token itself: any client logs in there with any"
                + " password; look at the endpoint behind it"
                : "IAM logins need TLS: give the server a certificate (RDS always has one; is this the right server?)");
        }
        catch (AuthenticationException e)
        {
            return Failed("tls", await FindOldTlsAsync(way, login, cancellationToken) is { } old
                ? $"the server speaks {old}, and neither TLS 1.2 nor TLS 1.3, without which no token is sent"
                : $"the TLS handshake was broken off: {Innermost(e).Message}", Cause.TlsFailed,
                "RDS's parameter tls_version must have TLSv1.2 or TLSv1.3 (a server of MySQL 5.6 or older has to be upgraded)");
        }
    }

    // On a connection of its own; whatever goes wrong there is no finding.
    private async Task<string?> FindOldTlsAsync(PortForward? way, LoginRequest login, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ServerConnection.DialAsync(target.Dialled, way, cancellationToken);
            return await connection.ReadGreetingAsync(cancellationToken) is null
                ? await connection.FindOldTlsAsync(login, cancellationToken) : null;
        }
        catch (Exception e) when (e is IOException or SocketException or MySqlProtocolException or ForwardException)
        {
            return null;
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    private Diagnosis Judge(LoginOutcome outcome, RdsAuthToken token, IReadOnlyList<RdsPolicyFinding>? policyFindings, TimeSpan? skew,
        bool isEmulator)
    {
        switch (outcome)
        {
            case LoginOutcome.LoggedIn:
                Ok("login", $"logged in as '{target.User}' with the token");
                return new Diagnosis { Findings = _findings };
            case LoginOutcome.NotIam { Plugin: var plugin }:
                return Failed("login",
                    plugin.Length == 0 ? $"the server let '{target.User}' in without a token"
                        : $"the server asked '{target.User}' for {plugin}, not for a token (none was sent)", Cause.UserNotIam,
                    $"there is no user '{target.User}' in this case, or it is not created with AWSAuthenticationPlugin:"
                        + $" {Checklist.NotIamRemedy(target.User)}");
            case LoginOutcome.Refused { Error: { Code: ErrorPacket.PluginNotLoaded } error }:
                return Failed("login", error.ToString(), Cause.PluginNotLoaded,
                    "IAM authentication is not turned on for this database: aws rds modify-db-instance --db-instance-identifier ID"
                        + " --enable-iam-database-authentication --apply-immediately");
            case LoginOutcome.Refused { Error: var own } when own.Message.StartsWith("rds-iam tunnel:", StringComparison.Ordinal):
                return Refused("login", own);
            case LoginOutcome.Refused { Error: { Code: ErrorPacket.AccessDenied } error, TokenWasAskedFor: var asked }:
                _findings.Add(new Finding("login", FindingState.Failed, error.ToString()));
                var judged = Checklist.Judge(new DeniedLogin
                {
                    Target = target,
                    Token = token,
                    TokenWasAskedFor = asked,
                    ClockSkew = skew,
                    PolicyFindings = policyFindings,
                    IsEmulator = isEmulator,
                    EmulatorRegion = Environment.GetEnvironmentVariable("RDS_IAM_LOCAL_PID") is { Length: > 0 }
                        ? Environment.GetEnvironmentVariable("AWS_REGION") : null,
                    Now = DateTimeOffset.UtcNow,
                });
                return judged with { Findings = [.. _findings, .. judged.Findings] };
            case LoginOutcome.Refused { Error: var error }:
                return Refused("login", error);
            default:
                throw new InvalidOperationException($"{outcome.GetType().Name} is not judged.");
        }
    }

    private async Task<IReadOnlyList<RdsPolicyFinding>?> PolicyAsync(CancellationToken cancellationToken) => policy is null
        ? null
        : RdsDbConnectPolicy.Lint(await File.ReadAllTextAsync(policy, cancellationToken), new RdsPolicyIntent
        {
            User = target.User,
            Region = target.SignFor.Region ?? target.Region,
            Kind = target.SignFor.IsRds ? target.SignFor.Kind : null,
        });

    // The server's own error, by what it means.
    private Diagnosis Refused(string step, ErrorPacket error)
    {
        _findings.Add(new Finding(step, FindingState.Failed, error.ToString()));
        var why = Why.Explain(error.ToString());
        return new Diagnosis
        {
            Findings = [.. _findings],
            Cause = Enum.TryParse<Cause>(why?.Name, out var cause) ? cause : Cause.ServerRefuses,
            Problem = why is null ? error.ToString() : $"{error}: {why.Meaning}",
            Remedies = why?.Remedies ?? ["the server says why; its error log may say more"],
        };
    }

    private void Ok(string step, string detail) => _findings.Add(new Finding(step, FindingState.Ok, detail));

    private Diagnosis Failed(string step, string problem, Cause cause, string remedy)
    {
        _findings.Add(new Finding(step, FindingState.Failed, problem));
        return new Diagnosis { Findings = [.. _findings], Cause = cause, Problem = problem, Remedies = [remedy] };
    }
}
