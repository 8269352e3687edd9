using MySqlConnector;

namespace RdsIamAspire.Emulator.Tests.Logins;

[Collection(OnARealServer.Name)]
public sealed class ParallelLoginTests(RealServer server)
{
    [Fact]
    public async Task Two_hundred_logins_at_once_are_all_answered_each_with_its_own_verdict()
    {
        await server.RunAsync("SET GLOBAL max_connections = 400");
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.Faults.MaxLoginsPerSecond = null;
        var (right, wrong) = (scene.Signer.Sign(), (scene.Signer with { Region = "eu-west-1" }).Sign());

        var views = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => scene.LogInAsync(i % 4 == 0 ? wrong : right)));

        Assert.All(views.Where((_, i) => i % 4 != 0), view => Assert.Equal("app@%", view.CurrentUser));
        Assert.All(
            views.Where((_, i) => i % 4 == 0),
            view => Assert.StartsWith("ERROR 1045 (28000)", view.Error, StringComparison.Ordinal));
        Assert.Equal(
            (150, 50),
            (scene.Attempts.Count(attempt => attempt.Allowed), scene.Attempts.Count(attempt => attempt.Denial == LoginDenial.WrongRegion)));
    }

    [Fact]
    public async Task The_201st_login_in_a_second_is_throttled_as_on_RDS()
    {
        await server.RunAsync("SET GLOBAL max_connections = 400");
        await using var scene = await Scene.AttachAsync(server);
        var token = scene.Signer.Sign();
        await Task.WhenAll(Enumerable.Range(0, 201).Select(_ => scene.LogInAsync(token)));
        Assert.Equal(
            (200, 1),
            (scene.Attempts.Count(attempt => attempt.Allowed), scene.Attempts.Count(attempt => attempt.Denial == LoginDenial.Throttled)));
    }

    [Fact]
    public async Task Clients_that_block_every_thread_of_the_pool_are_answered_all_the_same()
    {
        await server.RunAsync("SET GLOBAL max_connections = 400");
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.Faults.MaxLoginsPerSecond = null;
        var connectionString = scene.ConnectionString("app", scene.Signer.Sign());
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() =>
        {
            using var connection = new MySqlConnection(connectionString);
            connection.Open();
        })));
        Assert.Equal(100, scene.Attempts.Count(attempt => attempt.Allowed));
    }
}
