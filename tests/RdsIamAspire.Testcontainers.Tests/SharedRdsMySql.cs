using RdsIamAspire.Emulator;
using RdsIamAspire.Testcontainers.Tests;
using RdsIamAspire.TestSupport;

[assembly: AssemblyFixture(typeof(SharedRdsMySql))]

namespace RdsIamAspire.Testcontainers.Tests;

/// <summary>One server for the whole test run; a test class takes a database of its own on it.</summary>
public sealed class SharedRdsMySql : IAsyncLifetime
{
    private RdsMySqlContainer? _rds;
    private string? _skipReason;

    public RdsMySqlContainer Rds
    {
        get
        {
            if (_skipReason is not null) Assert.Skip(_skipReason);
            return _rds!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _skipReason = await Machine.WhyNoServerAsync();
        if (_skipReason is not null) return;
        _rds = Machine.NewBuilder().WithIamUser("orders_app").Build();
        await _rds.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_rds is not null) await _rds.DisposeAsync();
    }
}

/// <summary>What this machine can run: a container, or a mysqld where Docker or its image is absent.</summary>
internal static class Machine
{
    public const string Image = "rds-iam-mysql:9.7";

    private static readonly Lazy<Task<bool>> Docker = new(async () =>
        (await LocalMySqlServer.FindAsync(new() { Kind = LocalMySqlServerKind.Docker, Image = Image })).Any(candidate => candidate.IsUsable)
        && Environment.GetEnvironmentVariable(LocalMySqlServer.KindVariable) is not "mysqld");

    public static async Task<string?> WhyNoServerAsync() => await Docker.Value ? null : await TestServer.WhyNoneAsync();

    public static RdsMySqlBuilder NewBuilder()
    {
        var builder = new RdsMySqlBuilder(Image);
        return Docker.Value.GetAwaiter().GetResult() ? builder : builder.WithoutDocker();
    }

    public static async Task<RdsMySqlBuilder> RequireAsync()
    {
        if (await WhyNoServerAsync() is { } reason) Assert.Skip(reason);
        return NewBuilder();
    }

    public static async Task<RdsMySqlBuilder> RequireDockerAsync()
    {
        if (!await Docker.Value) Assert.Skip($"no Docker engine with the image {Image} here (eng/mysql-image.sh makes it)");
        return new RdsMySqlBuilder(Image);
    }
}
