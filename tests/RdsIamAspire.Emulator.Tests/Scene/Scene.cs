using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using MySqlConnector;

namespace RdsIamAspire.Emulator.Tests;

/// <summary>
/// An emulator attached to the real server, with a clock that stands still, users to log in, and everything that it says on record.
/// At its end it checks that nothing of what was said holds a token or a secret.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Endpoint = "orders.abc123xyz789.us-east-1.rds.amazonaws.com";

    private readonly RealServer _server;
    private readonly ConcurrentQueue<string> _secrets = new();
    private readonly ConcurrentQueue<string> _said = new();

    private Scene(RealServer server, RdsIamEmulator emulator, FakeTimeProvider time, RecordedLog log)
    {
        _server = server;
        Emulator = emulator;
        Time = time;
        Log = log;
        emulator.LoginJudged += (_, attempt) => Attempts.Enqueue(attempt);
        foreach (var principal in emulator.Principals)
        {
            _secrets.Enqueue(principal.SecretAccessKey);
            if (principal.SessionToken is { } sessionToken) _secrets.Enqueue(sessionToken);
        }
    }

    public RdsIamEmulator Emulator { get; }
    public FakeTimeProvider Time { get; }
    public RecordedLog Log { get; }
    public ConcurrentQueue<LoginAttempt> Attempts { get; } = new();
    public EmulatorPrincipal Principal => Emulator.Principals[0];

    /// <summary>A right token for <c>app</c>, to be changed by <c>with</c>.</summary>
    public TestSigner Signer => new(Principal) { Host = Endpoint, Date = Time.GetUtcNow() };

    public static async Task<Scene> AttachAsync(RealServer server, Action<RdsIamEmulatorOptions>? configure = null)
    {
        var time = Clock.New();
        var log = new RecordedLog();
        var options = new RdsIamEmulatorOptions { TimeProvider = time, LoggerFactory = log };
        options.Endpoints.Add(new EmulatorEndpoint(Endpoint, 3306));
        configure?.Invoke(options);
        var emulator =
            await RdsIamEmulator.AttachAsync(server.Server.AdminConnectionString, options, TestContext.Current.CancellationToken);
        var scene = new Scene(server, emulator, time, log);
        await emulator.CreateIamUserAsync("app", "shop", TestContext.Current.CancellationToken);
        return scene;
    }

    public string ConnectionString(string user, string password, Action<MySqlConnectionStringBuilder>? configure = null)
    {
        var builder = new MySqlConnectionStringBuilder
        {
            Server = _server.Server.Host,
            Port = (uint)_server.Server.Port,
            UserID = user,
            Password = password,
            Database = "shop",
            SslMode = MySqlSslMode.VerifyCA,
            SslCa = _server.Server.CaCertificatePath,
            Pooling = false,
        };
        configure?.Invoke(builder);
        return builder.ConnectionString;
    }

    /// <summary>Logs in as a client does. What comes back is all that a client ever learns.</summary>
    public async Task<ClientView> LogInAsync(string token, string user = "app", Action<MySqlConnectionStringBuilder>? configure = null)
    {
        Remember(token);
        await using var connection = new MySqlConnection(ConnectionString(user, token, configure));
        try
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new MySqlCommand("SELECT CURRENT_USER()", connection);
            return new ClientView((string?)await command.ExecuteScalarAsync(TestContext.Current.CancellationToken), null);
        }
        catch (MySqlException exception)
        {
            _said.Enqueue(exception.ToString());
            return new ClientView(null, $"ERROR {(int)exception.ErrorCode} ({exception.SqlState}): {exception.Message}");
        }
    }

    /// <summary>As above, and what the developer learns of it.</summary>
    public async Task<(ClientView Client, LoginAttempt Developer)> TryAsync(
        string token,
        string user = "app",
        Action<MySqlConnectionStringBuilder>? configure = null)
    {
        Attempts.Clear();
        var client = await LogInAsync(token, user, configure);
        return (client, Assert.Single(Attempts));
    }

    public void Remember(string token)
    {
        if (token.Length > 100) _secrets.Enqueue(token);
        if (token.Split("X-Amz-Signature=") is [_, { Length: > 16 } signature]) _secrets.Enqueue(signature);
    }

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        foreach (var attempt in Attempts) _said.Enqueue($"{attempt} {attempt.Explanation} {attempt.ErrorText} {attempt.AccessKeyId}");
        foreach (var line in Log.Lines) _said.Enqueue(line);
        _said.Enqueue(await _server.Server.ReadLogAsync(500));
        foreach (var text in _said)
        {
            foreach (var secret in _secrets)
                Assert.False(
                    text.Contains(secret, StringComparison.Ordinal),
                    $"a token or secret stands in: {text[..Math.Min(text.Length, 40)]}…");
        }
    }
}

/// <summary>What a client learns: who it is, or MySQL's error.</summary>
internal sealed record ClientView(string? CurrentUser, string? Error);
