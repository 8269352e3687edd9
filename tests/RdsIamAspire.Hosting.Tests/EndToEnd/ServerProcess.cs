using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>The mysqld of an AppHost that runs without Docker.</summary>
internal static class ServerProcess
{
    public static async Task<int> OfAsync(RunningAppHost host)
    {
        var file = await host.QueryAsync<string>("orders", "SELECT @@GLOBAL.pid_file");
        var text = await File.ReadAllTextAsync(file!, TestContext.Current.CancellationToken);
        return int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <remarks>"stat" of proc_pid_stat(5): after the name in brackets, the state and the parent.</remarks>
    public static int ParentOf(int process)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public static void Kill(int process)
    {
        using var found = Process.GetProcessById(process);
        found.Kill();
    }
}
