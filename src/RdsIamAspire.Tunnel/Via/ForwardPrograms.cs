namespace RdsIamAspire.Tunnel.Via;

/// <summary>The programs that open a way: AWS's own and OpenSSH's. One that is not there is said with what to type.</summary>
internal static class ForwardPrograms
{
    public const string Aws = "aws";
    public const string SessionManagerPlugin = "session-manager-plugin";
    public const string Ssh = "ssh";
    public const string SshKeygen = "ssh-keygen";

    /// <summary>What a route needs.</summary>
    public static IReadOnlyList<string> For(ViaRoute route) => route switch
    {
        ViaRoute.Ssm { WithSsh: true } => [Aws, SessionManagerPlugin, Ssh],
        ViaRoute.Ssm or ViaRoute.Ecs => [Aws, SessionManagerPlugin],
        ViaRoute.Eice => [Aws, Ssh, SshKeygen],
        _ => [Ssh],
    };

    /// <summary>Finds a program on the PATH.</summary>
    /// <exception cref="ForwardException">It is not there.</exception>
    public static string Require(string name)
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        return found ?? throw new ForwardException($"'{name}' is not on the PATH", $"install it: {HowToInstall(name)}");
    }

    // Sources: AWS CLI User Guide, "Installing or updating to the latest version of the AWS CLI"; Systems Manager User Guide, "Install the
    // Session Manager plugin for the AWS CLI".
    internal static string HowToInstall(string name) => (name, OperatingSystem.IsMacOS(), OperatingSystem.IsWindows()) switch
    {
        (Aws, true, _) => "brew install awscli",
        (Aws, _, true) => "winget install Amazon.AWSCLI",
        (Aws, _, _) => "curl -o awscliv2.zip https://awscli.amazonaws.com/awscli-exe-linux-$(uname -m).zip && unzip awscliv2.zip"
            + " && sudo ./aws/install",
        (SessionManagerPlugin, true, _) => "brew install --cask session-manager-plugin",
        (SessionManagerPlugin, _, true) => "winget install Amazon.SessionManagerPlugin",
        (SessionManagerPlugin, _, _) => "curl -O https://s3.amazonaws.com/session-manager-downloads/plugin/latest/ubuntu_64bit/"
            + "session-manager-plugin.deb && sudo dpkg -i session-manager-plugin.deb (other systems: Systems Manager User Guide)",
        (_, _, true) => "Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0",
        (_, true, _) => "it is part of macOS: xcode-select --install",
        _ => "apt install openssh-client",
    };
}
