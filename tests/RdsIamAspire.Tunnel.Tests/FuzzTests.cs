using RdsIamAspire.Benchmarks.TunnelFuzzing;

namespace RdsIamAspire.Tunnel.Tests;

/// <summary>Wrong packets from both sides; the long form is <c>dotnet run dev.cs bench tunnel-fuzz --packets 10000000</c>.</summary>
[Collection(typeof(Alone))]
public sealed class FuzzTests
{
    [Fact]
    public async Task Wrong_packets_from_both_sides_neither_crash_nor_hang_nor_grow_it_and_others_are_served()
    {
        var seed = Random.Shared.Next();
        var result = await TunnelFuzz.RunAsync(20_000, seed, TestContext.Current.SendDiagnosticMessage, TestContext.Current.CancellationToken);
        Assert.True(result.Problem is null, $"seed {seed}: {result.Problem}");
        Assert.True(result is { FromClients: > 10_000, FromServer: > 1_000, Bystanders: > 2 }, $"{result}");
    }

    /// <summary>What grows and what nobody catches are the process's, and so would be those of the tests beside it.</summary>
    [CollectionDefinition(DisableParallelization = true)]
    public sealed class Alone;
}
