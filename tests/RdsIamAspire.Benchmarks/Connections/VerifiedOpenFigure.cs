using System.Diagnostics;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>
/// Opening a new connection whose server certificate is checked: over IAM with many CAs against one, and the driver's own reading of a CA
/// file, with one and with many.
/// </summary>
internal sealed class VerifiedOpenFigure : IFigure
{
    private const int Rounds = 25;

    public string Name => "connections.verified";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var rds = await LocalRds.StartAsync(BenchmarkRds.Options(), cancellationToken);
        var folder = Directory.CreateTempSubdirectory("rds-iam-bench-");
        try
        {
            var bundle = Path.Combine(folder.FullName, "bundle.pem");
            await File.WriteAllTextAsync(
                bundle,
                await File.ReadAllTextAsync(rds.CaCertificatePath, cancellationToken) + RdsCaBundle.Embedded.ExportPem(),
                cancellationToken);
            var user =
                new MySqlConnectionStringBuilder(await BenchmarkRds.CreatePasswordUserAsync(rds, cancellationToken)) { Pooling = false };
            var withBundle = new MySqlConnectionStringBuilder(user.ConnectionString) { SslCa = bundle };
            var login = new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Pooling = false };
            await using var iamOneCa = BenchmarkRds.IamDataSource(rds, login.ConnectionString);
            login.SslCa = bundle;
            await using var iam = BenchmarkRds.IamDataSource(rds, login.ConnectionString);
            await using var oneCa = new MySqlDataSource(user.ConnectionString);
            await using var manyCas = new MySqlDataSource(withBundle.ConnectionString);

            var (ours, oursOne, one, many) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var round = -3; round < Rounds; round++)
            {
                var (a, b, c, d) = (await OpenAsync(iam, cancellationToken), await OpenAsync(iamOneCa, cancellationToken), await OpenAsync(
                    oneCa,
                    cancellationToken), await OpenAsync(manyCas, cancellationToken));
                if (round < 0) continue;
                ours.Add(a);
                oursOne.Add(b);
                one.Add(c);
                many.Add(d);
            }

            return $"IAM with {RdsCaBundle.Embedded.Certificates.Count + 1} CAs {Median.Of(ours):0.0} ms, with one "
                + $"{Median.Of(oursOne):0.0} ms: {Median.Of(ours) / Median.Of(oursOne):0.00}x (goal 1.0x); "
                + $"a password from the server's cache with {RdsCaBundle.Embedded.Certificates.Count + 1} CAs in a file "
                + $"{Median.Of(many):0.0} ms, with one {Median.Of(one):0.0} ms: {Median.Of(many) / Median.Of(one):0.00}x";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> OpenAsync(MySqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await (await dataSource.OpenConnectionAsync(cancellationToken)).DisposeAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
