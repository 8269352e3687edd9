using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Testcontainers.Tests;

/// <summary>What a start needs, and what it says when it has not got it.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Without_Docker_the_same_tests_run_on_a_mysqld()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel);
        await using var rds = new RdsMySqlBuilder("mysql:8.4").WithoutDocker().WithIamUser("orders_app").Build();
        await rds.StartAsync(Cancel);

        await RdsMySqlContainerTests.LogInAsync(rds, "orders_app", rds.CreateToken());

        rds.ShouldHaveAllowed();
        Assert.Equal(LocalMySqlServerKind.Mysqld, rds.Server.Kind);
    }

    [Fact]
    public async Task A_missing_image_is_named_with_what_to_type()
    {
        _ = await Machine.RequireDockerAsync();
        await using var rds = new RdsMySqlBuilder("localhost:1/no-such-mysql:9.9").Build();

        var refused = await Assert.ThrowsAsync<LocalMySqlServerException>(() => rds.StartAsync(Cancel));

        Assert.Equal(LocalMySqlServerProblem.ImageMissing, refused.Problem);
        Assert.Contains("docker pull localhost:1/no-such-mysql:9.9", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_shows_the_servers_own_words()
    {
        await using var rds =
            (await Machine.RequireDockerAsync()).WithMySqlBuilder(mysql => mysql.WithCommand("--no-such-option=1")).Build();

        var failed = await Assert.ThrowsAsync<LocalMySqlServerException>(() => rds.StartAsync(Cancel));

        Assert.Equal(LocalMySqlServerProblem.StartFailed, failed.Problem);
        Assert.Contains("unknown variable 'no-such-option=1'", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_the_start_everything_says_so()
    {
        var rds = new RdsMySqlBuilder("mysql:8.4").WithIamUser("orders_app").Build();

        Assert.Equal(
            "The container is not started; call StartAsync first.",
            Assert.Throws<InvalidOperationException>(() => rds.GetConnectionString()).Message);
        Assert.Equal(
            "The container is not started; call StartAsync first.",
            Assert.Throws<InvalidOperationException>(() => rds.Container).Message);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
