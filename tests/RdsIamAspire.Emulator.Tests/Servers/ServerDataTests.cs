using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>What a server's data begins with, and where it stays.</summary>
public sealed class ServerDataTests
{
    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task Init_scripts_run_in_their_order_and_may_hold_routines(LocalMySqlServerKind kind)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var schema = Path.Combine(folder.FullName, "1-schema.sql");
            var routine = Path.Combine(folder.FullName, "2-routine.sql");
            await File.WriteAllTextAsync(schema, "CREATE DATABASE shop; USE shop; CREATE TABLE orders (id int);", Cancel);
            await File.WriteAllTextAsync(
                routine,
                "USE shop;\nDELIMITER //\nCREATE PROCEDURE fill() BEGIN INSERT INTO orders VALUES (1); INSERT INTO orders VALUES (2); "
                    + "END //\nDELIMITER ;\nCALL fill();\n",
                Cancel);

            await using var server = await TestServer.StartAsync(new() { Kind = kind, InitScripts = [schema, routine] }, Cancel);

            Assert.Equal(2L, await TestServer.ScalarAsync(server.AdminConnectionString, "SELECT COUNT(*) FROM shop.orders", Cancel));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_failing_init_script_is_named_and_leaves_no_server()
    {
        var script = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".sql");
        await File.WriteAllTextAsync(script, "CREATE TABLE nowhere (id int);", Cancel);
        try
        {
            await TestServer.SkipUnlessUsableAsync(new(), Cancel);

            var failed = await Assert.ThrowsAsync<InitScriptException>(
                () => LocalMySqlServer.StartAsync(new() { InitScripts = [script] }, Cancel));

            Assert.Equal($"{script}:1: No database selected (1046) in: CREATE TABLE nowhere (id int)", failed.Message);
        }
        finally
        {
            File.Delete(script);
        }
    }

    [Fact]
    public async Task A_mysqld_with_a_data_folder_finds_its_data_again_and_runs_init_scripts_once()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var script = Path.Combine(folder.FullName, "init.sql");
            await File.WriteAllTextAsync(
                script,
                "CREATE DATABASE shop; CREATE TABLE shop.orders (id int); INSERT INTO shop.orders VALUES (1);",
                Cancel);
            var options = new LocalMySqlServerOptions
            {
                Kind = LocalMySqlServerKind.Mysqld,
                DataVolume = Path.Combine(folder.FullName, "data"),
                InitScripts = [script],
            };
            await using (var first = await TestServer.StartAsync(options, Cancel)) await TestServer.ExecuteAsync(
                first,
                "INSERT INTO shop.orders VALUES (2)",
                Cancel);

            await using var second = await LocalMySqlServer.StartAsync(options, Cancel);

            Assert.Equal(2L, await TestServer.ScalarAsync(second.AdminConnectionString, "SELECT COUNT(*) FROM shop.orders", Cancel));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_container_with_a_volume_finds_its_data_again()
    {
        var volume = "rds-iam-test-" + Guid.NewGuid().ToString("N")[..8];
        var options = new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Docker, DataVolume = volume };
        await TestServer.SkipUnlessUsableAsync(options, Cancel);
        try
        {
            await using (var first = await LocalMySqlServer.StartAsync(options, Cancel)) await TestServer.ExecuteAsync(
                first,
                "CREATE DATABASE kept",
                Cancel);

            await using var second = await LocalMySqlServer.StartAsync(options, Cancel);

            Assert.Equal(
                "kept",
                await TestServer.ScalarAsync(
                    second.AdminConnectionString,
                    "SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'kept'",
                    Cancel));
        }
        finally
        {
            using var engine = await DockerEngine.RequireAsync(Cancel);
            await engine.Client.Volumes.RemoveAsync(volume, force: true, CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_damaged_data_directory_in_the_cache_is_noticed_and_made_anew()
    {
        await using (var first = await TestServer.StartAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel)) { }
        foreach (var file in Directory.EnumerateFiles(Path.Combine(CacheFolder.Path, "data"), "ibdata1", SearchOption.AllDirectories))
            File.Delete(file);

        await using var second = await LocalMySqlServer.StartAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel);

        Assert.NotNull(await TestServer.ScalarAsync(second.AdminConnectionString, "SELECT VERSION()", Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
