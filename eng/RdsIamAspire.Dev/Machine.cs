namespace RdsIamAspire.Dev;

/// <summary>What this machine has that a run or a test needs.</summary>
internal static class Machine
{
    private static readonly (string Program, string For, string Install)[] Tools =
    [
        ("aspire", "the AppHost under the aspire command line", "dotnet tool install --global Aspire.Cli"),
        ("docker", "the local RDS in a container, and Testcontainers", "apt-get install docker.io, and start dockerd"),
        ("aws", "tokens of the AWS CLI", "apt-get install awscli"),
        ("node", "mysql2 and rds-signer", "apt-get install nodejs npm"),
        ("python3", "PyMySQL", "apt-get install python3-pymysql"),
        ("php", "mysqli", "apt-get install php-cli php-mysql"),
        ("cc", "the plugin's own tests and rebuild", "apt-get install gcc"),
    ];

    /// <summary>Says in one line each what is not here, what will be left out for want of it, and what to type.</summary>
    internal static void SayWhatIsMissing()
    {
        foreach (var (program, use, install) in Tools)
            if (!Shell.Has(program)) Shell.Say(program, $"not found: {use} will be left out; to have it: {install}");
    }

    /// <summary>
    /// A MySQL server: Docker with an image, or a mysqld. On a Debian-like machine one is unpacked, without root and without Docker.
    /// </summary>
    /// <param name="shell">The checkout.</param>
    internal static async Task<bool> HasServerAsync(Shell shell)
    {
        var cli = shell.Path("src", "RdsIamAspire.Cli");
        if (await shell.RunAsync("dotnet", ["build", cli, .. Shell.Quiet]).ConfigureAwait(false) != 0) return false;
        string[] server = ["run", "--no-build", "--project", cli, "--", "server"];
        if (await shell.RunAsync("dotnet", [.. server, "show"], static line => Shell.Say("MySQL", line)).ConfigureAwait(false) == 0)
            return true;

        var wanted = Environment.GetEnvironmentVariable("RDS_IAM_SERVER");
        if (wanted != "docker" && OperatingSystem.IsLinux() && Shell.Has("dpkg-deb") && Shell.Has("apt-get"))
        {
            Shell.Say("MySQL", "no Docker image and no mysqld found: a real one is unpacked into your cache folder (no root, no Docker)");
            if (await shell.RunAsync("dotnet", [.. server, "prepare"]).ConfigureAwait(false) == 0) return true;
        }

        Shell.Fail(HowToGetAServer());
        return false;
    }

    internal static string HowToGetAServer() =>
        OperatingSystem.IsWindows() ? "no MySQL server: install Docker Desktop, start it, and type: docker pull mysql:8.4"
        : OperatingSystem.IsMacOS() ? "no MySQL server: with Docker type: docker pull mysql:8.4   without: brew install mysql"
        : File.Exists("/etc/redhat-release")
            ? "no MySQL server: with Docker type: docker pull mysql:8.4   without: dnf install mysql-server"
        : "no MySQL server: with Docker type: docker pull mysql:8.4   without: install MySQL 8.0 or later so that mysqld is on the PATH";
}
