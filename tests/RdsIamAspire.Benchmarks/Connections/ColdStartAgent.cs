using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>What a service that starts is told, on its standard input.</summary>
/// <param name="ConnectionString">With the password of the plain driver's user; without one for ours.</param>
/// <param name="Region">The database's.</param>
/// <param name="Principal">Who signs; null for the plain driver.</param>
/// <param name="CredentialsTake">How long credentials take, in milliseconds.</param>
/// <param name="Awaits">Whether they are awaited, or block the thread that asks.</param>
/// <param name="Opens">How many opens at once.</param>
internal sealed record ColdStartOrder(
    string ConnectionString, string? Region, EmulatorPrincipal? Principal, int CredentialsTake, bool Awaits, int Opens)
{
    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Opens} opens";
}

/// <summary>A service that starts cold in a process of its own: as many blocking opens at once on the pool's threads.</summary>
internal static class ColdStartAgent
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Argument = "--cold-start-agent";

    public static async Task<int> RunAsync()
    {
        var order = JsonSerializer.Deserialize<ColdStartOrder>((await Console.In.ReadLineAsync())!)!;
        var builder = new MySqlDataSourceBuilder(order.ConnectionString);
        await using var dataSource = order.Principal is not { } principal
            ? builder.Build()
            : builder.UseRdsIamAuth(o =>
            {
                o.Region = order.Region;
                o.Credentials = new Slow(principal, order.CredentialsTake, order.Awaits);
            }).Build();
        var failed = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, order.Opens).Select(_ => Task.Run(() =>
        {
            try
            {
                using var connection = order.Principal is null ? dataSource.OpenConnection() : dataSource.OpenRdsIamConnection();
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT 1";
                command.ExecuteScalar();
            }
            catch (Exception e) when (e is MySqlException or RdsAuthTokenException)
            {
                Interlocked.Increment(ref failed);
            }
        })));
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{took} {failed}"));
        return 0;
    }

    private sealed class Slow(EmulatorPrincipal principal, int milliseconds, bool awaits) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials()
        {
            Thread.Sleep(milliseconds);
            return new ImmutableCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
        }

        public override async Task<ImmutableCredentials> GetCredentialsAsync()
        {
            if (!awaits)
                return GetCredentials();
            await Task.Delay(milliseconds);
            return new ImmutableCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
        }
    }
}
