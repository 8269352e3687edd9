using System.Text;

namespace RdsIamAspire.Emulator.Tests.Logins;

/// <summary>Whatever comes as a password: the server stays up, nobody gets in, and the next right login does.</summary>
[Collection(OnARealServer.Name)]
public sealed class BadInputTests(RealServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_cut_at_every_length()
    {
        await using var scene = await UnlimitedAsync();
        var token = scene.Signer.Sign();
        await AllRefusedAsync(scene, Enumerable.Range(0, token.Length).Select(length => Encoding.ASCII.GetBytes(token[..length])));
    }

    [Fact]
    public async Task Tokens_with_a_flipped_bit_at_every_place()
    {
        await using var scene = await UnlimitedAsync();
        var token = Encoding.ASCII.GetBytes(scene.Signer.Sign());
        var escapes = Enumerable.Range(0, token.Length).Where(at => token[at] == '%').SelectMany(at => (int[])[at + 1, at + 2]).ToHashSet();
        var hostEnd = Array.IndexOf(token, (byte)'?');
        var random = new Random(7);

        // Bit 5 is the case of a letter, and neither the host's nor an escape's counts: those would be right tokens still.
        await AllRefusedAsync(scene, Enumerable.Range(0, token.Length).Select(at =>
        {
            var flipped = (byte[])token.Clone();
            var harmless = escapes.Contains(at) || at < hostEnd;
            flipped[at] ^= (byte)(harmless ? 0x10 : 1 << random.Next(8));
            return flipped;
        }));
    }

    [Fact]
    public async Task Random_bytes_of_every_size()
    {
        await using var scene = await UnlimitedAsync();
        var random = new Random(11);
        await AllRefusedAsync(scene, Enumerable.Range(0, 300).Select(_ =>
        {
            var bytes = new byte[random.Next(4) == 0 ? random.Next(20_000) : random.Next(600)];
            random.NextBytes(bytes);
            return bytes;
        }));
    }

    [Theory]
    [InlineData(8_191)]
    [InlineData(8_192)]
    [InlineData(8_193)]
    [InlineData(65_535)]
    [InlineData(1_000_000)]
    [InlineData(16_000_000)]
    public async Task A_password_of_this_many_bytes(int length)
    {
        await using var scene = await UnlimitedAsync();
        await AllRefusedAsync(scene, [.. Enumerable.Repeat(Enumerable.Repeat((byte)'x', length).ToArray(), 1)]);
    }

    [Fact]
    public async Task Passwords_with_NUL_bytes_and_without_an_end()
    {
        await using var scene = await UnlimitedAsync();
        var token = Encoding.ASCII.GetBytes(scene.Signer.Sign());
        await AllRefusedAsync(scene,
        [
            [], [0], [0, 0], [.. token, 0, 0], [.. token, 0, 1], [0, .. token, 0], [.. token[..50], 0, .. token[50..], 0], Encoding.UTF8.GetBytes("größe"), [0xff, 0xfe, 0xfd],
        ], ended: true);

        // Without the NUL at its end the token itself is right.
        await using var client = await RawClient.ConnectAsync(server.Server, "app", Cancelled);
        Assert.Equal(0, await client.SendAsync(token, Cancelled));
    }

    [Fact]
    public async Task Clients_that_go_away_in_the_middle()
    {
        await using var scene = await UnlimitedAsync();
        for (var i = 0; i < 20; i++)
            await (await RawClient.ConnectAsync(server.Server, "app", Cancelled)).DisposeAsync();
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    private async Task<Scene> UnlimitedAsync()
    {
        await server.RunAsync("SET GLOBAL max_connect_errors = 1000000; SET GLOBAL max_connections = 400");
        var scene = await Scene.AttachAsync(server);
        scene.Emulator.Faults.MaxLoginsPerSecond = null;
        return scene;
    }

    private async Task AllRefusedAsync(Scene scene, IEnumerable<byte[]> passwords, bool ended = false)
    {
        var uptime = await UptimeAsync();
        await Parallel.ForEachAsync(passwords, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancelled }, async (password, cancelled) =>
        {
            await using var client = await RawClient.ConnectAsync(server.Server, "app", cancelled);
            try
            {
                Assert.Equal(255, await client.SendAsync(ended ? password : [.. password, 0], cancelled));
            }
            catch (IOException)
            {
                // The server may hang up on a packet larger than it takes before a login.
            }
        });
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        Assert.All(scene.Attempts.SkipLast(1), attempt => Assert.False(attempt.Allowed));
        Assert.True(await UptimeAsync() >= uptime, "the server was started anew: it crashed");
    }

    private async Task<long> UptimeAsync() =>
        Convert.ToInt64(
            await server.RunAsync("SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Uptime'"),
            null);
}
