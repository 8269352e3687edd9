using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>What is killed, or has no room: it is said, nothing is poisoned, and nothing is left behind.</summary>
public sealed partial class AccidentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-accident-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task A_server_that_dies_is_started_again_on_its_data_and_says_so(LocalMySqlServerKind kind)
    {
        await using var rds = await StartAsync(kind);
        var said = new ConcurrentQueue<LocalMySqlServerStateChange>();
        rds.Server.StateChanged += (_, change) => said.Enqueue(change);
        await TestServer.ExecuteAsync(rds.Server, "CREATE TABLE orders.kept (id int); INSERT INTO orders.kept VALUES (7)", Cancel);

        for (var round = 1; round <= 2; round++)
        {
            await KillMysqldAsync(rds.Server);
            await TestServer.EventuallyAsync(() => Task.FromResult(said.Count == 2 * round), "the server is back", Cancel);
            Assert.Equal(7, await TestServer.ScalarAsync(await ConnectAsync(rds), "SELECT id FROM kept", Cancel));
        }

        var (died, back) = (said.First(), said.Last());
        Assert.Equal((LocalMySqlServerState.Restarting, LocalMySqlServerState.Running), (died.State, back.State));
        Assert.Equal(
            $"{rds.Server.Description} died (killed by signal 9: by somebody, or by the system when memory ran out);"
            + " it is being started again on the same data.",
            died.Message);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{rds.Server.Description} answers again on {rds.Server.Host}:{rds.Server.Port}."),
            back.Message);
    }

    [Fact]
    public async Task A_container_that_is_removed_is_said_to_be_gone()
    {
        await using var rds = await StartAsync(LocalMySqlServerKind.Docker);
        var said = new ConcurrentQueue<LocalMySqlServerStateChange>();
        rds.Server.StateChanged += (_, change) => said.Enqueue(change);

        await RunAsync("docker", "rm", "-f", rds.Server.ContainerId!);

        await TestServer.EventuallyAsync(() => Task.FromResult(!said.IsEmpty), "its end is said", Cancel);
        Assert.Equal(LocalMySqlServerState.Ended, said.Last().State);
        Assert.EndsWith(" and does not come back; start another one. Its data is lost.", said.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_supervisor_that_is_killed_takes_its_mysqld_with_it()
    {
        await using var rds = await StartAsync(LocalMySqlServerKind.Mysqld);
        var said = new ConcurrentQueue<LocalMySqlServerStateChange>();
        rds.Server.StateChanged += (_, change) => said.Enqueue(change);
        var mysqld = await MysqldAsync(rds.Server);

        foreach (var script in SupervisorScripts.Of(rds.Server))
            await RunAsync("kill", "-KILL", script.ToString(CultureInfo.InvariantCulture));

        await TestServer.EventuallyAsync(() => Task.FromResult(!said.IsEmpty), "its end is said", Cancel);
        Assert.Equal(LocalMySqlServerState.Ended, said.Last().State);
        // Whoever hears of it starts another one on the same port.
        using (var next = new TcpListener(IPAddress.Loopback, rds.Server.Port)) next.Start();
        await TestServer.EventuallyAsync(() => Task.FromResult(!Directory.Exists($"/proc/{mysqld}")), "its mysqld is gone", Cancel);
    }

    [Fact]
    public async Task A_kill_while_the_data_directory_is_made_leaves_no_process_and_the_next_start_works()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel);
        UseOwnCache(Path.Combine(_folder.FullName, "cache"));
        for (var round = 0; round < 3; round++)
        {
            using var host = Start();
            await TestServer.EventuallyAsync(
                () => Task.FromResult(Processes(_folder.FullName, "--initialize-insecure").Count > 0), "mysqld initialises", Cancel);

            host.Kill();

            await TestServer.EventuallyAsync(
                () => Task.FromResult(Processes(_folder.FullName).Count == 0), "no process of it is left", Cancel);
        }

        using var last = Start();
        Assert.True(await LocalMySqlServerTests.AnswersAsync(int.Parse((await last.StandardOutput.ReadLineAsync(Cancel))!, null)));
        last.Kill();
        await TestServer.EventuallyAsync(() => Task.FromResult(Processes(_folder.FullName).Count == 0), "its server has ended", Cancel);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(_folder.FullName, "cache/rds-iam/data")));
    }

    [Fact]
    public async Task A_kill_while_an_image_is_made_leaves_nothing_running_and_the_next_start_works()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Docker }, Cancel);
        // An argument that shapes the data directory: an image that nobody else makes meanwhile.
        const string shape = "--lower-case-table-names=1";
        await RemoveImagesAsync(shape);
        try
        {
            for (var round = 0; round < 2; round++)
            {
                using var host = StartInDocker("", shape);
                await TestServer.EventuallyAsync(
                    () => Task.FromResult(Processes("--initialize-insecure", shape).Count > 0), "the image's data is initialised", Cancel);

                host.Kill();

                await TestServer.EventuallyAsync(
                    () => Task.FromResult(Processes("--initialize-insecure", shape).Count == 0), "no process of it is left", Cancel);
            }

            using var last = StartInDocker("", shape);
            Assert.True(await LocalMySqlServerTests.AnswersAsync(int.Parse((await last.StandardOutput.ReadLineAsync(Cancel))!, null)));
            last.Kill();
            await TestServer.EventuallyAsync(() => Task.FromResult(Processes("mysqld", shape).Count == 0), "its server has ended", Cancel);
        }
        finally
        {
            await RemoveImagesAsync(shape);
        }
    }

    [Fact]
    public async Task A_kill_while_a_volume_is_filled_poisons_nothing()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Docker }, Cancel);
        var volume = $"rds-iam-test-{Guid.NewGuid():N}";
        try
        {
            // The image is there already, so what is killed is the filling of the volume, or soon after it.
            await using (var once = await StartAsync(LocalMySqlServerKind.Docker))
                Assert.NotNull(once.Server.ContainerId);
            for (var round = 0; round < 3; round++)
            {
                using var host = StartInDocker(volume);
                await TestServer.EventuallyAsync(
                    async () => await ContainersOfAsync(volume) is { Length: > 0 }, "a container has the volume", Cancel);

                host.Kill();

                await TestServer.EventuallyAsync(
                    async () => await ContainersOfAsync(volume) is { Length: 0 }, "no container has it any more", Cancel);
            }

            using var last = StartInDocker(volume);
            Assert.True(await LocalMySqlServerTests.AnswersAsync(int.Parse((await last.StandardOutput.ReadLineAsync(Cancel))!, null)));
            last.Kill();
            await TestServer.EventuallyAsync(
                async () => await ContainersOfAsync(volume) is { Length: 0 }, "its server has ended", Cancel);
        }
        finally
        {
            await RunAsync("docker", "volume", "rm", "-f", volume);
        }
    }

    [Theory]
    [InlineData("data.making-")]
    [InlineData("data.unfinished")]
    public async Task A_kill_while_a_data_folder_is_filled_poisons_nothing(string moment)
    {
        var data = Path.Combine(_folder.FullName, "kept");
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel);
        for (var round = 0; round < 3; round++)
        {
            Directory.CreateDirectory(data);
            using var watcher = new FileSystemWatcher(data, moment + "*");
            var filling = new TaskCompletionSource();
            watcher.Created += (_, _) => filling.TrySetResult();
            watcher.EnableRaisingEvents = true;
            using var host = Start(data);

            // A folder that a round before has filled after all is not filled again: then the server is up.
            var ready = host.StandardOutput.ReadLineAsync(Cancel).AsTask();
            var first = await Task.WhenAny(filling.Task, ready).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
            Assert.True(round > 0 || first == filling.Task, "the first round does not fill the folder");

            host.Kill();

            await host.WaitForExitAsync(Cancel);
            await TestServer.EventuallyAsync(() => Task.FromResult(Processes(data).Count == 0), "no process of it is left", Cancel);
        }

        using var last = Start(data);
        Assert.True(await LocalMySqlServerTests.AnswersAsync(int.Parse((await last.StandardOutput.ReadLineAsync(Cancel))!, null)));
        last.Kill();
        await TestServer.EventuallyAsync(() => Task.FromResult(Processes(data).Count == 0), "its server has ended", Cancel);
        Assert.Equal(["data", "in-use.lock"], Directory.EnumerateFileSystemEntries(data).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_data_folder_with_something_else_in_it_is_left_alone()
    {
        var options = new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Mysqld, DataVolume = _folder.FullName };
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "thesis.txt"), "mine", Cancel);

        var refused = await Assert.ThrowsAsync<LocalMySqlServerException>(() => TestServer.StartAsync(options, Cancel));

        Assert.Equal(
            $"The data folder {_folder.FullName} holds 'thesis.txt' and no MySQL data of rds-iam's. Name an empty folder or a new one, or"
            + " remove what is in it.",
            refused.Message);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "thesis.txt"), Cancel));
    }

    [Fact]
    public async Task A_data_folder_that_another_server_uses_is_named()
    {
        var options =
            new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Mysqld, DataVolume = Path.Combine(_folder.FullName, "kept") };
        await using var first = await TestServer.StartAsync(options, Cancel);

        var refused = await Assert.ThrowsAsync<LocalMySqlServerException>(() => LocalMySqlServer.StartAsync(options, Cancel));

        Assert.Equal(LocalMySqlServerProblem.DataUnusable, refused.Problem);
    }

    [Theory]
    [InlineData(4)] // no room for the folder of a run's keys and logs, or soon after
    [InlineData(40)] // none for the data directory that is made
    [InlineData(110)] // none for a copy of it
    public async Task A_full_disk_is_a_sentence_and_nothing_half_made_stays_on_it(int megabytes)
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel);
        var cache = Path.Combine(_folder.FullName, "cache");
        Directory.CreateDirectory(cache);
        if (!Environment.IsPrivilegedProcess || await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", cache) != 0)
            Assert.Skip("a small disk cannot be mounted by this user");
        try
        {
            UseOwnCache(cache);
            using var host = Start();
            var said = await host.StandardOutput.ReadLineAsync(Cancel);
            await host.WaitForExitAsync(Cancel);

            Assert.StartsWith("The disk that holds ", said, StringComparison.Ordinal);
            Assert.Contains(" is full; a server needs about ", said, StringComparison.Ordinal);
            Assert.DoesNotContain(
                Directory.EnumerateFiles(cache, "*", SearchOption.AllDirectories),
                file => file.Contains(".making-", StringComparison.Ordinal) || file.Contains("/run/", StringComparison.Ordinal));
        }
        finally
        {
            await RunAsync("umount", cache);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
