using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Cli.Doctor;

/// <summary>Takes a login step by step and stops at the first that fails, which is the cause.</summary>
internal sealed partial class Examination(DatabaseTarget target, string? caFile, string? policy, TimeSpan patience)
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

    private void Ok(string step, string detail) => _findings.Add(new Finding(step, FindingState.Ok, detail));

    private Diagnosis Failed(string step, string problem, Cause cause, string remedy)
    {
        _findings.Add(new Finding(step, FindingState.Failed, problem));
        return new Diagnosis { Findings = [.. _findings], Cause = cause, Problem = problem, Remedies = [remedy] };
    }
}
