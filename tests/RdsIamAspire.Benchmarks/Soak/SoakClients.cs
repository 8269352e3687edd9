using System.Collections.Concurrent;
using System.Diagnostics;
using Amazon.Runtime;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Soak;

/// <summary>
/// Clients that log in all the time, with right tokens and with wrong ones. A right login that is refused is tried again until it is in:
/// how long that takes is an outage.
/// </summary>
internal sealed class SoakClients : IDisposable
{
    public const string User = "orders_app";

    private readonly ILocalMySqlServer _server;
    private readonly AWSCredentials _credentials;
    private readonly RdsAuthTokenSource _tokens;
    private readonly int _seed;

    public SoakClients(ILocalMySqlServer server, EmulatorPrincipal principal, int seed)
    {
        _server = server;
        _seed = seed;
        _credentials = new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
        _tokens = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions { Credentials = _credentials });
    }

    /// <summary>From the first try of a right login that was refused to the one that was let in.</summary>
    public sealed record Outage(DateTimeOffset From, DateTimeOffset To, string Refusal);

    public ConcurrentQueue<Outage> Outages { get; } = new();

    /// <summary>What was let in and should not have been: there must be none.</summary>
    public ConcurrentQueue<string> WrongIn { get; } = new();

    public int Right;
    public int Wrong;

    /// <summary>One client, until it is told to stop; a right login that is under way is brought to its end first.</summary>
    public async Task RunAsync(int number, CancellationToken stop)
    {
        var random = new Random(_seed + number);
        while (!stop.IsCancellationRequested)
        {
            if (random.Next(2) == 0)
                await LogInRightlyAsync();
            else
                await LogInWronglyAsync(random.Next(6), random);
        }
    }

    public void Dispose() => _tokens.Dispose();

    private async Task LogInRightlyAsync()
    {
        DateTimeOffset? refusedAt = null;
        var refusal = "";
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var from = DateTimeOffset.UtcNow;
            var token = await TokenAsync(_server.Host, _server.Port, User, "us-east-1");
            if (await RefusalAsync(User, token) is not { } said)
                break;
            refusedAt ??= from;
            refusal = said;
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(2))
                break;
            await Task.Delay(20);
        }

        Interlocked.Increment(ref Right);
        if (refusedAt is { } since)
            Outages.Enqueue(new Outage(since, DateTimeOffset.UtcNow, refusal));
    }

    private async Task LogInWronglyAsync(int kind, Random random)
    {
        var token = kind switch
        {
            0 => "not-a-token",
            1 => await TokenAsync(_server.Host, _server.Port, "other", "us-east-1"),
            2 => await TokenAsync("db.example", _server.Port, User, "us-east-1"),
            3 => await TokenAsync(_server.Host, _server.Port, User, "eu-west-1"),
            4 => Change(await TokenAsync(_server.Host, _server.Port, User, "us-east-1"), random),
            _ => "",
        };
        Interlocked.Increment(ref Wrong);
        if (await RefusalAsync(User, token) is null)
            WrongIn.Enqueue($"kind {kind}, {token.Length} characters");
    }

    // One digit of the signature, which ends the token.
    private static string Change(string token, Random random)
    {
        var at = token.Length - 1 - random.Next(64);
        return string.Concat(token.AsSpan(0, at), token[at] == '0' ? "1" : "0", token.AsSpan(at + 1));
    }

    private async Task<string> TokenAsync(string host, int port, string user, string region) =>
        (await _tokens.GetTokenAsync(new RdsAuthTokenRequest(host, port, user, region))).Value;

    private async Task<string?> RefusalAsync(string user, string token)
    {
        await using var connection = new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = _server.Host,
            Port = (uint)_server.Port,
            UserID = user,
            Password = token,
            SslMode = MySqlSslMode.VerifyFull,
            SslCa = _server.CaCertificatePath,
            Pooling = false,
            ConnectionTimeout = 30,
        }.ConnectionString);
        try
        {
            await connection.OpenAsync();
            return null;
        }
        catch (MySqlException e)
        {
            return e.Message;
        }
    }
}
