using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>Finds out what is to be run for a route: looks the machine up, takes a free port, makes a key for this once.</summary>
internal sealed class ForwardStart(ViaRoute route, RdsEndpoint to, AwsCli aws) : IAsyncDisposable
{
    private string? _folder;

    /// <summary>Whose region and profile the programs have.</summary>
    public AwsCli Aws => aws;

    /// <summary>The program to run now.</summary>
    /// <exception cref="ForwardException">Something that it needs is not there.</exception>
    public async Task<ForwardCommand> CommandAsync(CancellationToken cancellationToken)
    {
        foreach (var program in ForwardPrograms.For(route))
            ForwardPrograms.Require(program);
        switch (route)
        {
            case ViaRoute.Ssm ssm:
                var instance = ssm.InstanceId
                    ?? await ForwardTargets.InstanceAsync(ssm.Tag!, aws, cancellationToken).ConfigureAwait(false);
                return ssm.WithSsh ? ForwardCommand.SshOverSsm(ssm.User, instance, to, aws.Region, FreePort())
                    : ForwardCommand.Ssm(instance, to, aws.Region);
            case ViaRoute.Ecs ecs:
                return ForwardCommand.Ssm(await ForwardTargets.ContainerAsync(ecs, aws, cancellationToken).ConfigureAwait(false), to,
                    aws.Region);
            case ViaRoute.Eice eice:
                return ForwardCommand.SshOverEice(eice, await SendKeyAsync(eice, cancellationToken).ConfigureAwait(false), to, aws.Region,
                    FreePort());
            default:
                return ForwardCommand.Ssh((ViaRoute.Ssh)route, to, FreePort());
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_folder is not null && Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    // Source: EC2 User Guide, "Connect using your own key and SSH client": the instance takes a key that was sent for 60 seconds.
    private async Task<string> SendKeyAsync(ViaRoute.Eice eice, CancellationToken cancellationToken)
    {
        // Mode 700.
        _folder ??= Directory.CreateTempSubdirectory("rds-iam-key-").FullName;
        var key = Path.Combine(_folder, "key");
        if (!File.Exists(key))
        {
            await aws.RunAsync(ForwardPrograms.SshKeygen, ["-q", "-t", "ed25519", "-N", "", "-C", "rds-iam", "-f", key], "ssh-keygen",
                cancellationToken).ConfigureAwait(false);
        }

        using var sent = await aws.CallAsync(["ec2-instance-connect", "send-ssh-public-key", "--instance-id", eice.InstanceId,
            "--instance-os-user", eice.User, "--ssh-public-key", $"file://{key}.pub"], cancellationToken).ConfigureAwait(false);
        return key;
    }

    // ssh takes no port 0. Should another program take this one first, ssh ends and is started on another.
    private static int FreePort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}
