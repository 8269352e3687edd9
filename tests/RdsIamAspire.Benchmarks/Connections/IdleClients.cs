using System.Diagnostics;
using MySqlConnector;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>Sessions that have asked one question and wait, in a process of their own.</summary>
internal sealed class IdleClients : IDisposable
{
    /// <summary>The argument that makes this program one; the connection string comes in the environment.</summary>
    public const string Argument = "--idle-clients";

    private const string Variable = "RDS_IAM_BENCH_CONNECTION";
    private const string Ready = "ready";

    private readonly Process _process;

    private IdleClients(Process process) => _process = process;

    public static IdleClients Start(string connectionString, int count)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Argument, $"{count}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[Variable] = connectionString;
        return new IdleClients(Process.Start(start)!);
    }

    /// <summary>What the other process does: it ends with its standard input.</summary>
    public static async Task<int> RunAsync(int count)
    {
        var connections = new List<MySqlConnection>();
        for (var i = 0; i < count; i++)
        {
            var connection = new MySqlConnection(Environment.GetEnvironmentVariable(Variable) + ";Pooling=false;Connection Timeout=60");
            await connection.OpenAsync();
            await using var command = new MySqlCommand("SELECT 1", connection);
            await command.ExecuteScalarAsync();
            connections.Add(connection);
        }

        Console.WriteLine(Ready);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        if (await _process.StandardOutput.ReadLineAsync(cancellationToken) != Ready)
            throw new InvalidOperationException("The idle clients could not log in.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}
