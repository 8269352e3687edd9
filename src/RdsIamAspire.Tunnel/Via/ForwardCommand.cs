using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>A program that forwards a port, and how its output says that it does. Pure.</summary>
/// <param name="Arguments">The program and its arguments.</param>
/// <param name="LocalPort">The port that it was told to listen on; null where it chooses one and says which.</param>
internal sealed partial record ForwardCommand(IReadOnlyList<string> Arguments, int? LocalPort)
{
    /// <summary>The address that forwards listen on.</summary>
    public const string LocalHost = "127.0.0.1";

    // What ssh is told to print once it has logged in and listens (ssh_config(5), LocalCommand).
    private const string SshIsOpen = "rds-iam: the forward is open";

    /// <summary>Session Manager's port-forward to a host that the target can reach.</summary>
    /// <param name="target">An instance's id, or <c>ecs:CLUSTER_TASK_RUNTIME</c>.</param>
    /// <param name="to">What it leads to.</param>
    /// <param name="region">The target's region; null leaves it to the AWS CLI.</param>
    /// <remarks>Source: Systems Manager User Guide, "Start a session", port forwarding to a remote host. Without a local port the plugin
    /// takes a free one.</remarks>
    public static ForwardCommand Ssm(string target, RdsEndpoint to, string? region) => new(
        [
            ForwardPrograms.Aws, "ssm", "start-session", "--target", target,
            "--document-name", "AWS-StartPortForwardingSessionToRemoteHost",
            "--parameters", new JsonObject
            {
                ["host"] = new JsonArray(to.Host),
                ["portNumber"] = new JsonArray(to.Port.ToString(CultureInfo.InvariantCulture)),
            }.ToJsonString(),
            .. Region(region),
        ], null);

    /// <summary>SSH to a machine that is dialled.</summary>
    public static ForwardCommand Ssh(ViaRoute.Ssh route, RdsEndpoint to, int localPort) => new(
        [
            .. SshForward(to, localPort),
            .. route.Port is { } port ? ["-p", port.ToString(CultureInfo.InvariantCulture)] : (string[])[],
            "--", route.Destination,
        ], localPort);

    /// <summary>SSH inside a session of Session Manager.</summary>
    /// <remarks>Source: Systems Manager User Guide, "Allow and control permissions for SSH connections through Session Manager". AWS proves
    /// which instance answers, so its key is taken as it comes the first time.</remarks>
    public static ForwardCommand SshOverSsm(string user, string instance, RdsEndpoint to, string? region, int localPort) => new(
        [
            .. SshForward(to, localPort),
            "-o", "StrictHostKeyChecking=accept-new",
            "-o", $"ProxyCommand={string.Join(' ', [ForwardPrograms.Aws, "ssm", "start-session", "--target", instance,
                "--document-name", "AWS-StartSSHSession", "--parameters", "portNumber=%p", .. Region(region)])}",
            "--", $"{user}@{instance}",
        ], localPort);

    /// <summary>SSH through an EC2 Instance Connect Endpoint.</summary>
    /// <remarks>Source: EC2 User Guide, "Connect to an instance using EC2 Instance Connect Endpoint".</remarks>
    public static ForwardCommand SshOverEice(ViaRoute.Eice route, string keyFile, RdsEndpoint to, string? region, int localPort) => new(
        [
            .. SshForward(to, localPort),
            "-i", keyFile, "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=accept-new",
            "-o", $"ProxyCommand={string.Join(' ', [ForwardPrograms.Aws, "ec2-instance-connect", "open-tunnel", "--instance-id",
                route.InstanceId, "--remote-port", "%p",
                .. route.EndpointId is { } endpoint ? ["--instance-connect-endpoint-id", endpoint] : (string[])[], .. Region(region)])}",
            "--", $"{route.User}@{route.InstanceId}",
        ], localPort);

    /// <summary>What a line of the program's output says.</summary>
    /// <param name="line">The line.</param>
    /// <param name="port">The port, once it is known; kept between the lines.</param>
    /// <returns>Whether clients may come.</returns>
    public bool IsOpen(string line, ref int? port)
    {
        port ??= LocalPort;
        if (LocalPort is not null)
            return line == SshIsOpen;
        if (PortOpened().Match(line) is { Success: true } opened)
            port = int.Parse(opened.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
        return port is not null && line.Contains("Waiting for connections", StringComparison.Ordinal);
    }

    private static string[] SshForward(RdsEndpoint to, int localPort)
    {
        var host = to.Host.Contains(':', StringComparison.Ordinal) ? $"[{to.Host}]" : to.Host;
        return
        [
            ForwardPrograms.Ssh, "-N", "-T",
            // It has no terminal to ask at, ends when the forward cannot be had, and notices a link that is dead.
            "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes", "-o", "ConnectTimeout=20",
            "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3", "-o", "ControlMaster=no", "-o", "ControlPath=none",
            "-o", "ForwardAgent=no", "-o", "PermitLocalCommand=yes", "-o", $"LocalCommand=echo '{SshIsOpen}'",
            "-L", string.Create(CultureInfo.InvariantCulture, $"{LocalHost}:{localPort}:{host}:{to.Port}"),
        ];
    }

    private static string[] Region(string? region) => region is null ? [] : ["--region", region];

    // session-manager-plugin, portsession/muxportforwarding.go: "Port %s opened for sessionId %s."
    [GeneratedRegex(@"\bPort (?<port>[0-9]{1,5}) opened for sessionId")]
    private static partial Regex PortOpened();
}
