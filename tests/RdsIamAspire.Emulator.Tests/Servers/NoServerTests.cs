using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>What is said when no server can be had.</summary>
public sealed class NoServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task A_port_in_use_is_named(LocalMySqlServerKind kind)
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = kind }, Cancel);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var refused = await Assert.ThrowsAsync<LocalMySqlServerException>(
            () => LocalMySqlServer.StartAsync(new() { Kind = kind, Port = port }, Cancel));

        Assert.Equal(LocalMySqlServerProblem.PortInUse, refused.Problem);
        Assert.StartsWith($"Port {port} is in use on ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "end what listens there, choose another port, or leave it out for a free one.",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_Docker_engine_the_other_way_is_named()
    {
        // The engine is looked for once in a process: so this is a process of its own.
        var start = new ProcessStartInfo(Environment.ProcessPath!, [ServerHost.Argument, nameof(LocalMySqlServerKind.Docker)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOCKER_HOST"] = "unix:///no/such/docker.sock";
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        string? message;
        try { message = await process.StandardOutput.ReadLineAsync(patience.Token); }
        finally { process.Kill(); }

        Assert.Equal(
            "No MySQL server can be started on this machine. Docker: No Docker engine answers at unix:///no/such/docker.sock. Start it "
                + "(or set DOCKER_HOST), or use a mysqld without Docker: RDS_IAM_SERVER=mysqld (LocalMySqlServerKind.Mysqld); `rds-iam "
                + "server prepare` unpacks one.",
            message);
    }

    [Fact]
    public async Task An_image_that_is_nowhere_is_named_with_what_to_type()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Docker }, Cancel);

        var refused = await Assert.ThrowsAsync<LocalMySqlServerException>(
            () => LocalMySqlServer.StartAsync(new() { Image = "localhost:1/no-such-mysql:9.9" }, Cancel));

        Assert.Equal(LocalMySqlServerProblem.ImageMissing, refused.Problem);
        Assert.StartsWith(
            "The Docker image localhost:1/no-such-mysql:9.9 is not on this machine and cannot be pulled",
            refused.Message,
            StringComparison.Ordinal);
        Assert.Contains("docker pull localhost:1/no-such-mysql:9.9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("RDS_IAM_SERVER=mysqld", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_that_is_not_there_is_named()
    {
        var refused = await Assert.ThrowsAsync<LocalMySqlServerException>(
            () => LocalMySqlServer.StartAsync(new() { MysqldPath = "/no/such/mysqld" }, Cancel));

        Assert.Equal(LocalMySqlServerProblem.NoMysqld, refused.Problem);
        Assert.Equal(
            "No MySQL server can be started on this machine. mysqld at /no/such/mysqld: /no/such/mysqld is not there or cannot be run "
                + "(LocalMySqlServerOptions.MysqldPath).",
            refused.Message);
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task A_server_that_ends_while_it_starts_shows_the_end_of_its_log(LocalMySqlServerKind kind)
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = kind }, Cancel);

        var failed = await Assert.ThrowsAsync<LocalMySqlServerException>(
            () => LocalMySqlServer.StartAsync(new() { Kind = kind, ServerArguments = ["--no-such-option=1"] }, Cancel));

        Assert.Equal(LocalMySqlServerProblem.StartFailed, failed.Problem);
        Assert.Contains("unknown variable 'no-such-option=1'", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LocalMySqlServerKind.Docker)]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    public async Task A_server_that_takes_too_long_says_how_long_it_was_given(LocalMySqlServerKind kind)
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = kind }, Cancel);

        var late = await Assert.ThrowsAsync<LocalMySqlServerException>(
            () => LocalMySqlServer.StartAsync(new() { Kind = kind, StartTimeout = TimeSpan.FromMilliseconds(1) }, Cancel));

        Assert.Equal(LocalMySqlServerProblem.StartTimeout, late.Problem);
        Assert.Contains("did not answer a login on 127.0.0.1:", late.Message, StringComparison.Ordinal);
        Assert.Contains("(LocalMySqlServerOptions.StartTimeout)", late.Message, StringComparison.Ordinal);
        Assert.Contains("The end of its log:", late.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))", null)]
    [InlineData("/usr/sbin/mysqld  Ver 8.0.46 for Linux on x86_64 (MySQL Community Server - GPL)", null)]
    [InlineData("/usr/sbin/mysqld  Ver 5.7.44 for Linux on x86_64", "it is MySQL 5.7.44; 8.0.16 or later is needed (RDS's oldest is 8.0)")]
    [InlineData(
        "mysqld  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64",
        "it is MariaDB (mysqld  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64), which has neither RDS's plugin interface nor its users; a MySQL 8.0 or later is needed")]
    [InlineData("busybox", "its version cannot be read from 'busybox'; a MySQL 8.0 or later is needed")]
    public void Only_MySQL_8_0_and_later_is_taken(
        string version,
        string? problem) => Assert.Equal(problem, MysqldBinary.VersionProblem(version));

    [Theory]
    [InlineData("amd64", Architecture.X64)]
    [InlineData("arm64", Architecture.Arm64)]
    public void An_image_of_a_known_architecture_gets_its_plugin(
        string image,
        Architecture plugin) => Assert.Equal(plugin, InitializedImage.ArchitectureOf("mysql:8.4", image));

    [Fact]
    public void An_image_of_another_architecture_is_refused()
    {
        var refused = Assert.Throws<LocalMySqlServerException>(() => InitializedImage.ArchitectureOf("mysql:8.4", "s390x"));

        Assert.Equal(LocalMySqlServerProblem.UnsupportedArchitecture, refused.Problem);
        Assert.Equal(
            "The image mysql:8.4 is for s390x; the authentication plugin exists for amd64 and arm64. Pull one of those: docker pull "
                + "--platform linux/amd64 mysql:8.4",
            refused.Message);
    }

    [Theory]
    [InlineData(null, LocalMySqlServerKind.Auto)]
    [InlineData("", LocalMySqlServerKind.Auto)]
    [InlineData("docker", LocalMySqlServerKind.Docker)]
    [InlineData("Mysqld", LocalMySqlServerKind.Mysqld)]
    public void The_environment_chooses_where_the_options_do_not(
        string? variable,
        LocalMySqlServerKind kind) => Assert.Equal(kind, LocalMySqlServer.Decide(new(), variable));

    [Fact]
    public void The_options_win_over_the_environment()
    {
        Assert.Equal(LocalMySqlServerKind.Docker, LocalMySqlServer.Decide(new() { Kind = LocalMySqlServerKind.Docker }, "mysqld"));
        Assert.Equal(LocalMySqlServerKind.Docker, LocalMySqlServer.Decide(new() { Image = "mysql:8.4" }, "mysqld"));
        Assert.Equal(LocalMySqlServerKind.Mysqld, LocalMySqlServer.Decide(new() { MysqldPath = "/usr/local/bin/mysqld" }, "docker"));
    }

    [Fact]
    public void A_kind_that_does_not_exist_is_refused_by_name() =>
        Assert.Equal(
            "RDS_IAM_SERVER is 'podman'; it may be docker or mysqld, or be left unset.",
            Assert.Throws<LocalMySqlServerException>(() => LocalMySqlServer.Decide(new(), "podman")).Message);

    [Theory]
    [InlineData(
        "'http://deb.example/debian-security/dists/x/InRelease' a 0\n'http://deb.example/debian/dists/x/InRelease' b 0",
        "http://deb.example/debian")]
    [InlineData("'mirror+file:///etc/apt/mirrors/debian.list/dists/trixie/InRelease' a 0", "mirror+file:///etc/apt/mirrors/debian.list")]
    [InlineData("'https://packages.example/apt/dists/x/InRelease' a 0", null)]
    public void The_machines_own_mirror_is_found_in_what_an_update_would_fetch(string uris, string? mirror) =>
        Assert.Equal(mirror, DebianPackages.FindDebianMirror(uris.Split('\n')));

    [Fact]
    public void What_a_download_comes_to_is_known_before_it_begins() => Assert.Equal(
        (2, 30_000_000),
        DebianPackages.SizeOf(
            "'http://m/a_1_amd64.deb' a_1_amd64.deb 10000000 SHA256:x\n'http://m/b_1_all.deb' b_1_all.deb 20000000 MD5Sum:y\n"));
}
