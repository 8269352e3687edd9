namespace RdsIamAspire.Emulator;

/// <summary>
/// The IAM side of a local RDS: attached to a real MySQL server, it judges each login with the AWSAuthenticationPlugin as RDS would.
/// </summary>
/// <remarks>It never calls AWS, and knows only credentials that it made up itself.</remarks>
public sealed class RdsIamEmulator : IAsyncDisposable
{
    private RdsIamEmulator() => throw new NotImplementedException();

    /// <summary>What goes wrong on demand.</summary>
    public EmulatorFaults Faults { get; }

    /// <summary>Who may sign tokens.</summary>
    public IReadOnlyList<EmulatorPrincipal> Principals { get; }

    /// <summary>The region that tokens must be signed for.</summary>
    public string Region { get; }

    /// <summary>The resource id in policy ARNs.</summary>
    public string ResourceId { get; }

    /// <summary>The AWS account in policy ARNs.</summary>
    public string AccountId { get; }

    /// <summary>The host and port pairs that tokens may be signed for.</summary>
    public IReadOnlyList<EmulatorEndpoint> Endpoints { get; }

    /// <summary>Raised after each judged login. Handlers run on the agent's thread: be quick, do not throw.</summary>
    public event EventHandler<LoginAttempt>? LoginJudged;

    /// <summary>
    /// Makes a running MySQL server (8.0 or later) log users in as RDS does: loads the plugin where it is not yet, and starts to judge.
    /// </summary>
    /// <param name="adminConnectionString">A user who may install plugins and functions, set global variables and end sessions (root).</param>
    /// <param name="options">What the database is on AWS's side; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="EmulatorAttachException">The plugin cannot be loaded, another agent is attached, or a privilege is missing; the message says what to do.</exception>
    public static Task<RdsIamEmulator> AttachAsync(string adminConnectionString, RdsIamEmulatorOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>The environment of a process that signs as <paramref name="principal"/> (the first one when null): the AWS_… variables that every SDK reads.</summary>
    public IReadOnlyDictionary<string, string> GetAwsEnvironment(EmulatorPrincipal? principal = null) => throw new NotImplementedException();

    /// <summary>Allows tokens that are signed for one more host and port.</summary>
    public void AddEndpoint(string host, int port) => throw new NotImplementedException();

    /// <summary>Each login as it is judged, from now on, until the token is cancelled or the emulator ends.</summary>
    public IAsyncEnumerable<LoginAttempt> WatchLoginsAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A token as a client would make it, for a look or a manual login.</summary>
    /// <param name="user">The database user.</param>
    /// <param name="endpoint">What it is signed for; null takes the first endpoint.</param>
    /// <param name="principal">Who signs; null takes the first principal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<string> CreateTokenAsync(string user, EmulatorEndpoint? endpoint = null, EmulatorPrincipal? principal = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Creates a database user that logs in with tokens, as the AWS page says (<c>IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'</c>, <c>REQUIRE SSL</c>), unless it exists.</summary>
    /// <param name="user">The user, at any host.</param>
    /// <param name="database">The database that it gets all privileges on, created when missing; null grants none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task CreateIamUserAsync(string user, string? database = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Stops judging: from then on the plugin refuses every login.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Raise(LoginAttempt attempt) => LoginJudged?.Invoke(this, attempt);
}
