using RdsIamAspire.Emulator;

namespace RdsIamAspire.TestSupport;

/// <summary>
/// One local RDS for all tests of an assembly (<c>[assembly: AssemblyFixture(typeof(SharedRds))]</c>). Each test takes a database and a
/// user of its own; a test that moves time, sets faults or restarts the server takes a server of its own
/// (<see cref="TestServer.StartRdsAsync"/>).
/// </summary>
public sealed class SharedRds : IAsyncLifetime
{
    private LocalRds? _rds;
    private string? _skipReason;

    /// <summary>The local RDS; skips the test where this machine has no server.</summary>
    public LocalRds Rds
    {
        get
        {
            if (_skipReason is not null) Assert.Skip(_skipReason);
            return _rds ?? throw new InvalidOperationException("The fixture has not started yet.");
        }
    }

    public async ValueTask InitializeAsync()
    {
        _skipReason = await TestServer.WhyNoneAsync();
        if (_skipReason is null) _rds = await LocalRds.StartAsync();
    }

    /// <summary>A fresh database with a fresh IAM user.</summary>
    public Task<TestDatabase> CreateDatabaseAsync(
        CancellationToken cancellationToken = default) => TestDatabase.CreateAsync(Rds, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_rds is not null) await _rds.DisposeAsync();
    }
}
