using System.Diagnostics;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>What the accidents are made with: processes that are started, looked for and killed.</summary>
public sealed partial class AccidentTests
{
    private Dictionary<string, string> _environment = [];

    // A cache in which no data directory has been made; an unpacked MySQL is found in it all the same.
    private void UseOwnCache(string cache)
    {
        _environment = new() { ["XDG_CACHE_HOME"] = cache };
        var unpacked = Path.Combine(CacheFolder.Path, "mysqld");
        if (!Directory.Exists(unpacked))
            return;
        Directory.CreateDirectory(Path.Combine(cache, "rds-iam"));
        Directory.CreateSymbolicLink(Path.Combine(cache, "rds-iam/mysqld"), unpacked);
    }

    private Process Start(string? data = null)
    {
        string[] arguments = [ServerHost.Argument, nameof(LocalMySqlServerKind.Mysqld), .. data is null ? Array.Empty<string>() : [data]];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static Process StartInDocker(string volume, params string[] serverArguments) => Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, [ServerHost.Argument, nameof(LocalMySqlServerKind.Docker), volume, .. serverArguments])
        {
            RedirectStandardOutput = true,
        })!;

    // Those that run: one that was made and never started is removed by a later start.
    private static async Task<string> ContainersOfAsync(string volume) =>
        (await SayAsync("docker", "ps", "-q", "--filter", $"volume={volume}")).Trim();

    private static async Task RemoveImagesAsync(string shape)
    {
        // What a killed process left is removed by a later start, but not by the next within five minutes.
        string[] left =
        [
            "ps", "-a", "--no-trunc", "--filter", "label=rds-iam=making", "--filter", "status=exited", "--format", "{{.ID}} {{.Command}}",
        ];
        foreach (var line in (await SayAsync("docker", left)).Split('\n').Where(line => line.Contains(shape, StringComparison.Ordinal)))
            await RunAsync("docker", "rm", "-f", line.Split(' ')[0]);
        var images = await SayAsync("docker", "images", "-q", "rds-iam-initialized");
        foreach (var image in images.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if ((await SayAsync("docker", "history", "--no-trunc", image)).Contains(shape, StringComparison.Ordinal))
                await RunAsync("docker", "image", "rm", "-f", image);
        }
    }

    private static Task<LocalRds> StartAsync(LocalMySqlServerKind kind)
    {
        return Started();

        async Task<LocalRds> Started()
        {
            await TestServer.SkipUnlessUsableAsync(new() { Kind = kind }, Cancel);
            return await TestServer.StartRdsAsync(
                options =>
                {
                    options.Server = options.Server with { Kind = kind };
                    options.Database = "orders";
                    options.IamUsers.Add("orders_app");
                },
                Cancel);
        }
    }

    private static async Task<string> ConnectAsync(LocalRds rds) =>
        new MySqlConnectionStringBuilder(rds.GetConnectionString())
        {
            Password = await rds.Emulator.CreateTokenAsync("orders_app", cancellationToken: Cancel),
            Pooling = false,
        }.ConnectionString;

    private static async Task KillMysqldAsync(ILocalMySqlServer server)
    {
        if (server.ContainerId is { } container)
            Assert.Equal(0, await RunAsync("docker", "exec", "--user", "root", container, "sh", "-c", KillByName));
        else
            await RunAsync("kill", "-KILL", await MysqldAsync(server));
    }

    // An image need not have pkill: /proc tells which process is mysqld.
    private const string KillByName =
        "for p in /proc/[0-9]*; do [ \"$(cat $p/comm 2>/dev/null)\" != mysqld ] || kill -KILL ${p#/proc/}; done";

    private static async Task<string> MysqldAsync(ILocalMySqlServer server) =>
        (await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(server.CaCertificatePath)!, "mysqld.pid"), Cancel)).Trim();

    private static List<string> Processes(params string[] words) =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0])).Where(process =>
        {
            try { return Array.TrueForAll(words, File.ReadAllText($"{process}/cmdline").Contains); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return false; }
        }),
    ];

    private static async Task<int> RunAsync(string file, params string[] arguments) => (await ProcessAsync(file, arguments)).Code;

    private static async Task<string> SayAsync(string file, params string[] arguments) => (await ProcessAsync(file, arguments)).Output;

    private static async Task<(int Code, string Output)> ProcessAsync(string file, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        await Task.WhenAll(output, errors);
        return (process.ExitCode, await output);
    }
}
