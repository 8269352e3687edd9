using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MySqlConnector;
using RdsIamAspire;

var order = JsonSerializer.Deserialize<Order>(Console.In.ReadLine()!)!;
Console.Out.Write(JsonSerializer.Serialize(ColdApp.Serve(order)));

/// <summary>What the test orders, on the standard input: nothing of it stands on a command line.</summary>
internal sealed record Order(
    string Path, int Opens, int CredentialsTake, bool CredentialsAwait, string ConnectionString, string Region, string Id, string Secret,
    string? Session)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{Opens} opens of {Path}";
}

/// <summary>A service that starts without a token, and whose requests block every thread of its pool.</summary>
internal static class ColdApp
{
    /// <summary>Why opens failed, each reason once with its number; empty when all passed.</summary>
    internal static string[] Serve(Order order)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        // What is counted is logins that fail for want of a token; how fast this machine is has no part in it.
        builder.Configuration["ConnectionStrings:orders"] = order.ConnectionString + ";Connection Timeout=100";
        builder.AddRdsIamMySqlDataSource("orders", s =>
        {
            s.Region = order.Region;
            s.Credentials = new SlowCredentials(
                order.Session is { } session
                    ? new SessionAWSCredentials(order.Id, order.Secret, session)
                    : new BasicAWSCredentials(order.Id, order.Secret),
                TimeSpan.FromMilliseconds(order.CredentialsTake), order.CredentialsAwait);
        });
        // Not started: the warm-up would hide what is tested.
        using var host = builder.Build();
        var services = host.Services;
        var failures = new ConcurrentBag<string>();
        var requests = Enumerable.Range(0, order.Opens).Select(_ => Task.Run(() =>
        {
            try
            {
                using var connection = Open(services, order.Path);
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT 1";
                if (Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) != 1)
                    failures.Add("SELECT 1 gave something else");
            }
            catch (Exception e) when (e is MySqlException or RdsAuthTokenException)
            {
                failures.Add(e.Message);
            }
        })).ToArray();
        if (!Task.WaitAll(requests, TimeSpan.FromMinutes(4)))
            failures.Add("opens have not ended after four minutes");
        return [.. failures.GroupBy(f => f).Select(g => $"{g.Count()} times {g.Key}")];
    }

    private static DbConnection Open(IServiceProvider services, string path)
    {
        switch (path)
        {
            case "DbDataSource":
                return services.GetRequiredService<DbDataSource>().OpenConnection();
            case "MySqlDataSource":
                return services.GetRequiredService<MySqlDataSource>().OpenConnection();
            default:
                var connection = services.GetRequiredService<MySqlConnection>();
                connection.Open();
                return connection;
        }
    }

    /// <summary>Credentials that take their time: as every provider of this library's own does, or by way of the pool.</summary>
    private sealed class SlowCredentials(AWSCredentials inner, TimeSpan delay, bool awaits) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials()
        {
            Thread.Sleep(delay);
            return inner.GetCredentials();
        }

        public override async Task<ImmutableCredentials> GetCredentialsAsync()
        {
            if (!awaits)
                return GetCredentials();
            await Task.Delay(delay);
            return await inner.GetCredentialsAsync();
        }
    }
}
