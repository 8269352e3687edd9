using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using RdsIamAspire.Cli.Local;
using RdsIamAspire.Emulator;
using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Cli.Doctor;

// TLS and the login itself: what the server's answer means.
internal sealed partial class Examination
{
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
        // What is no fault of the login has the code that it has elsewhere: a script that waits and tries again goes by it.
        var cause = refused.Denial == nameof(LoginDenial.Throttled) ? Cause.Throttled : Cause.RefusedByEmulator;
        return Failed("emulator", $"{refused.Explanation} [{refused.Denial}]", cause,
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
}
