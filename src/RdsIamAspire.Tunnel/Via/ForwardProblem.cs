using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>What a program that opens no way has said, with what to do. Pure.</summary>
internal static class ForwardProblem
{
    // What AWS, its plugin and OpenSSH write, and what helps. The first that fits.
    private static readonly (string Part, string Remedy)[] Known =
    [
        ("SessionManagerPlugin is not found", $"install it: {ForwardPrograms.HowToInstall(ForwardPrograms.SessionManagerPlugin)}"),
        ("TargetNotConnected", "the instance must run, with the SSM agent and a role that has AmazonSSMManagedInstanceCore: "
            + "aws ssm describe-instance-information lists those that are connected"),
        ("InvalidInstanceId", "check the instance's id and region"),
        ("ExpiredToken", "get credentials anew, for example: aws sso login"),
        ("Token has expired", "get credentials anew, for example: aws sso login"),
        ("UnrecognizedClientException", "AWS does not know these credentials: name a profile, --profile NAME"),
        ("Unable to locate credentials", "get credentials, for example: aws sso login; or name a profile, --profile NAME"),
        ("AccessDenied", "whoever signs needs ssm:StartSession on the target and on the document "
            + "AWS-StartPortForwardingSessionToRemoteHost (ecs:ListTasks and ecs:DescribeTasks for ecs:, "
            + "ec2-instance-connect:OpenTunnel and :SendSSHPublicKey for eice:)"),
        ("You must specify a region", "give the region: --region eu-west-1"),
        ("argument operation: Invalid choice", "that AWS CLI is too old: install version 2"),
        ("invalid choice: 'open-tunnel'", "that AWS CLI is too old: install version 2"),
        ("Host key verification failed", "accept the host's key once by hand: ssh HOST, or ssh-keyscan HOST >> ~/.ssh/known_hosts"),
        ("Permission denied (", "let ssh log in without a question: ssh-add your key, or name it in ~/.ssh/config (IdentityFile)"),
        ("administratively prohibited", "the SSH server forbids forwarding: AllowTcpForwarding in its sshd_config"),
        ("Could not resolve hostname", "check the host's name"),
        ("Address already in use", "try again"),
        ("open failed: connect failed", "that machine cannot reach the database: its security group must let it in on the port"),
        ("Connection to destination port failed", "that machine cannot reach the database: its security group must let it in on the port"),
        ("timed out", "it cannot be reached from here: look at its security group, and at the VPN where there is one"),
        ("Connection refused", "nothing listens there: check host and port"),
    ];

    /// <summary>What came of a program.</summary>
    /// <param name="what">What failed.</param>
    /// <param name="lines">What it has written last.</param>
    /// <param name="exitCode">Its exit code; null while it runs.</param>
    public static ForwardException Of(string what, IEnumerable<string> lines, int? exitCode = null)
    {
        var said = lines.Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        foreach (var (part, remedy) in Known)
        {
            if (said.FindLast(line => line.Contains(part, StringComparison.OrdinalIgnoreCase)) is { } line)
                return new($"{what}: {Shown(line)}", remedy);
        }

        var last = said.Count > 0 ? Shown(said[^1]) : exitCode is { } code ? $"exit code {code}, without a word" : "without a word";
        return new($"{what}: {last}", "see what it says when it is typed alone");
    }

    // What others write is not for a terminal as it comes.
    private static string Shown(string line) => Printable.Of(line, longest: 500);
}
