using System.Net.Sockets;
using MySqlConnector;
using RdsIamAspire.Cli.Tunnel;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary>Who on the machine can log in through <c>rds-iam tunnel</c>.</summary>
public sealed class TunnelAccessTests(SharedRds shared) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rds-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("ann", "", "", null)]
    [InlineData("ann", "bob:x:1001:1001::/home/bob:/bin/bash", "", "bob")]
    [InlineData("root", "ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash", "", "ubuntu")]
    [InlineData("ann", "svc:x:1001:1001::/srv:/usr/sbin/nologin\npostgres:x:101:104::/var:/bin/bash\nbroken", "", null)]
    [InlineData("ann", "nobody:x:65534:65534:nobody:/nonexistent:/bin/sh", "", null)]
    [InlineData("ann", "", "ann,lost+found,Public,.cache", null)]
    [InlineData("ann", "", "ann,eve", "eve")]
    public void Other_people_are_accounts_to_log_in_with_and_homes(string own, string accounts, string homes, string? other) =>
        Assert.Equal(other, LocalUsers.Other(
            $"root:x:0:0:root:/root:/bin/bash\n{own}:x:1000:1000::/home/{own}:/bin/zsh\n{accounts}\n",
            homes.Split(',', StringSplitOptions.RemoveEmptyEntries), own));

    [Fact]
    public async Task Where_others_have_accounts_the_password_stands_in_a_file_for_this_user_alone()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = Start(database.User);
        var said = await tunnel.UntilAsync("Ctrl+C ends it");
        var port = uint.Parse(said.Split(" leads to")[0].Split(':')[^1], null);
        if (LocalUsers.Other() is null)
        {
            Assert.Contains("for every program on this machine, with any password", said);
            Assert.Equal($"{database.User}@%", await WhoAsync(database.User, port, "any"));
            return;
        }

        said = await tunnel.UntilAsync("--defaults-extra-file=");
        var file = said.Split("the password stands in ")[1].Split(',')[0];
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var password = (await File.ReadAllTextAsync(file, Stop)).Split('"')[1];
        Assert.DoesNotContain(password, said);
        Assert.Equal($"{database.User}@%", await WhoAsync(database.User, port, password));
        var refused = await Assert.ThrowsAsync<MySqlException>(() => WhoAsync(database.User, port, "any"));
        Assert.Contains(file, refused.Message);
        tunnel.Signal("TERM");
        Assert.Equal(0, (await tunnel.EndAsync()).ExitCode);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task The_file_with_the_password_goes_with_a_tunnel_that_is_killed()
    {
        if (OperatingSystem.IsWindows() || LocalUsers.Other() is null)
            Assert.Skip("the tunnel makes up a password where other people have accounts, and a shell watches over its file");
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = Start(database.User);
        var said = await tunnel.UntilAsync("--defaults-extra-file=");
        var file = said.Split("the password stands in ")[1].Split(',')[0];
        Assert.True(File.Exists(file));

        tunnel.Signal("KILL");

        await TestServer.EventuallyAsync(() => Task.FromResult(!File.Exists(file)), "the file is gone", Stop);
    }

    [Fact]
    public async Task A_socket_is_for_this_user_and_gone_at_the_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "clients on Windows know no Unix domain sockets");
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var path = Path.Combine(_folder, "orders.sock");
        // One that was left over when its program was killed.
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "bound")));
            File.Move(Path.Combine(_folder, "bound"), path);
        }

        Assert.True(File.Exists(path));
        await using var tunnel = Start(database.User, "--socket", path);
        Assert.Contains($"{path} leads to ", await tunnel.UntilAsync("for this user's programs, with any password; Ctrl+C ends it"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder, "*", new EnumerationOptions { AttributesToSkip = 0 }));
        Assert.Equal($"{database.User}@%", await WhoAsync(database.User, path));

        var second = await RunAsync("--socket", path);
        Assert.Equal($"'{path}' is served by another program: end it, or choose another path.", second.Said[^1]);
        Assert.Equal($"{database.User}@%", await WhoAsync(database.User, path));

        tunnel.Signal("TERM");
        Assert.Equal(0, (await tunnel.EndAsync()).ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_folder_gets_a_socket_by_the_endpoints_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "clients on Windows know no Unix domain sockets");
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = Start(database.User, "--socket", _folder);
        await tunnel.UntilAsync("Ctrl+C ends it");
        Assert.Equal($"{database.User}@%", await WhoAsync(database.User, Path.Combine(_folder, "127.0.0.1.sock")));
    }

    [Fact]
    public async Task What_cannot_be_a_socket_is_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "clients on Windows know no Unix domain sockets");
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "mine", Stop);
        Assert.Equal((3, $"'{file}' is there already and is no socket of yours: choose another path."), await SaidAsync("--socket", file));
        Assert.Equal("mine", await File.ReadAllTextAsync(file, Stop));
        var nowhere = Path.Combine(_folder, "no", "folder");
        var (code, said) = await SaidAsync("--socket", nowhere);
        Assert.Equal(3, code);
        Assert.StartsWith($"--socket '{nowhere}' cannot be made: ", said);
        var deep = Path.Combine(_folder, new string('a', 100));
        Assert.Contains("is too long for a socket (at most 103 bytes)", (await SaidAsync("--socket", deep)).Said);
        Assert.Equal((2, $"--listen '3307' and --socket '{file}' are given; give one"),
            await SaidAsync("--socket", file, "--listen", "3307"));
        Assert.Equal((2, $"--socket '{file}' is one socket for 2 endpoints; give a folder that is there"),
            await SaidAsync("--socket", file, "a.b.eu-west-1.rds.amazonaws.com"));
    }

    private async Task<(int Code, string Said)> SaidAsync(params string[] more)
    {
        var result = await RunAsync(more);
        return (result.ExitCode, result.Said[^1]);
    }

    private Task<ToolResult> RunAsync(params string[] more) => Tool.RunAsync(Arguments("app", more), environment: Variables());

    private RunningTool Start(string user, params string[] more) => Tool.Start(Arguments(user, more), Variables());

    private List<string> Arguments(string user, string[] more) =>
        ["tunnel", $"{shared.Rds.Server.Host}:{shared.Rds.Server.Port}", "--user", user, "--ca", shared.Rds.CaCertificatePath, .. more];

    private Dictionary<string, string?> Variables()
    {
        var variables = shared.Rds.Emulator.GetAwsEnvironment().ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        variables["RDS_IAM_TUNNEL_PASSWORD"] = null;
        return variables;
    }

    private static Task<object?> WhoAsync(string user, uint port, string password) => TestServer.ScalarAsync(
        new MySqlConnectionStringBuilder { Server = "127.0.0.1", Port = port, UserID = user, Password = password, Pooling = false }
            .ConnectionString, "SELECT CURRENT_USER()", Stop);

    private static Task<object?> WhoAsync(string user, string socket) => TestServer.ScalarAsync(
        new MySqlConnectionStringBuilder
        {
            Server = socket,
            ConnectionProtocol = MySqlConnectionProtocol.UnixSocket,
            UserID = user,
            Password = "any",
            Pooling = false,
        }.ConnectionString, "SELECT CURRENT_USER()", Stop);
}
