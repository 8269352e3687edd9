using System.Text.RegularExpressions;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>A way to an endpoint that this machine cannot dial: over which machine, and with which programs.</summary>
internal abstract partial record ViaRoute
{
    /// <summary>The forms that there are, for messages and help.</summary>
    public const string Forms = "ssm:i-0123456789abcdef0, ssm:tag/Name=bastion, ssm:ec2-user@i-0123456789abcdef0,ssh, ecs:CLUSTER/SERVICE, "
        + "eice:ec2-user@i-0123456789abcdef0, ssh:user@host";

    private const string DefaultUser = "ec2-user"; // Amazon Linux (EC2 User Guide, "Manage system users on your Amazon EC2 Linux instance")

    private ViaRoute(string text) => Text = text;

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none of the forms.</exception>
    public static ViaRoute Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (kind, rest) = text.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
            ? (text[..colon].ToLowerInvariant(), text[(colon + 1)..]) : ("", "");
        return kind switch
        {
            "ssm" => ReadSsm(text, rest),
            "ecs" => ReadEcs(text, rest),
            "eice" => ReadEice(text, rest),
            "ssh" => ReadSsh(text, rest),
            _ => throw Wrong(text, $"begins with none of ssm:, ecs:, eice:, ssh:; give one like {Forms}"),
        };
    }

    private static Ssm ReadSsm(string text, string rest)
    {
        var ssh = rest.EndsWith(",ssh", StringComparison.OrdinalIgnoreCase);
        if (ssh)
            rest = rest[..^",ssh".Length];
        var (user, machine) = ReadUser(text, rest);
        if (user is not null && !ssh)
            throw Wrong(text, $"has a user, which Session Manager does not take; give 'ssm:{machine}', or 'ssm:{rest},ssh' for SSH");
        if (machine.StartsWith("tag/", StringComparison.Ordinal))
        {
            var pair = machine["tag/".Length..].Split('=', 2);
            if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0 || machine.Any(char.IsControl))
                throw Wrong(text, "names no tag and value; give one like ssm:tag/Name=bastion");
            return new Ssm(text, null, new InstanceTag(pair[0], pair[1]), ssh, user ?? DefaultUser);
        }

        return ManagedInstance().IsMatch(machine) ? new Ssm(text, machine, null, ssh, user ?? DefaultUser)
            : throw Wrong(text, $"names no instance: '{machine}' is neither an instance id such as i-0123456789abcdef0 nor tag/Name=bastion");
    }

    private static Ecs ReadEcs(string text, string rest)
    {
        var words = rest.Split('/');
        if (words.Length is not (2 or 3) || !words.All(word => EcsName().IsMatch(word)))
            throw Wrong(text, "does not name cluster and service; give one like ecs:CLUSTER/SERVICE or ecs:CLUSTER/SERVICE/CONTAINER");
        return new Ecs(text, words[0], words[1], words.Length == 3 ? words[2] : null);
    }

    private static Eice ReadEice(string text, string rest)
    {
        var (user, machine) = ReadUser(text, rest);
        string? endpoint = null;
        if (machine.Split('/') is [var first, var second])
            (endpoint, machine) = (first, second);
        if (!Instance().IsMatch(machine) || (endpoint is not null && !ConnectEndpoint().IsMatch(endpoint)))
            throw Wrong(text, "names no instance; give one like eice:ec2-user@i-0123456789abcdef0 or eice:eice-0123456789abcdef0/i-…");
        return new Eice(text, machine, endpoint, user ?? DefaultUser);
    }

    private static Ssh ReadSsh(string text, string rest)
    {
        int? port = null;
        if (rest.LastIndexOf(':') is var colon and > 0 && rest.IndexOf(':', StringComparison.Ordinal) == colon)
        {
            if (!ushort.TryParse(rest.AsSpan(colon + 1), out var number) || number == 0)
                throw Wrong(text, "has no port after the colon; give one like ssh:user@host:22");
            (port, rest) = (number, rest[..colon]);
        }

        // ssh would take a leading dash for an option of its own.
        if (!SshDestination().IsMatch(rest))
            throw Wrong(text, "names no host; give one like ssh:user@host, or a Host of ~/.ssh/config");
        return new Ssh(text, rest, port);
    }

    private static (string? User, string Machine) ReadUser(string text, string rest)
    {
        if (rest.IndexOf('@', StringComparison.Ordinal) is var at && at < 0)
            return (null, rest);
        return UnixUser().IsMatch(rest[..at]) ? (rest[..at], rest[(at + 1)..])
            : throw Wrong(text, $"has a user name that is none: '{rest[..at]}'");
    }

    private static FormatException Wrong(string text, string why) => new($"'{text}' {why}");

    // Source: Systems Manager API Reference, StartSession, Target; EC2 resource ids.
    [GeneratedRegex("^m?i-[0-9a-f]{8,17}$")]
    private static partial Regex ManagedInstance();

    [GeneratedRegex("^i-[0-9a-f]{8,17}$")]
    private static partial Regex Instance();

    [GeneratedRegex("^eice-[0-9a-f]{8,17}$")]
    private static partial Regex ConnectEndpoint();

    // Source: ECS API Reference, CreateCluster and CreateService: letters, digits, hyphens and underscores, up to 255.
    [GeneratedRegex("^[A-Za-z0-9_-]{1,255}$")]
    private static partial Regex EcsName();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$")]
    private static partial Regex UnixUser();

    [GeneratedRegex(@"^([A-Za-z0-9_][A-Za-z0-9_.+-]*@)?[A-Za-z0-9_\[][A-Za-z0-9_.:%\[\]-]*$")]
    private static partial Regex SshDestination();

    /// <summary>A tag of an instance.</summary>
    internal sealed record InstanceTag(string Key, string Value);

    /// <summary>Session Manager, to an instance; with SSH inside it where that is asked for.</summary>
    internal sealed record Ssm(string Text, string? InstanceId, InstanceTag? Tag, bool WithSsh, string User) : ViaRoute(Text);

    /// <summary>Session Manager, to a container of an ECS service that has ECS Exec on.</summary>
    internal sealed record Ecs(string Text, string Cluster, string Service, string? Container) : ViaRoute(Text);

    /// <summary>EC2 Instance Connect Endpoint: SSH with a key that is good for this once.</summary>
    internal sealed record Eice(string Text, string InstanceId, string? EndpointId, string User) : ViaRoute(Text);

    /// <summary>A machine that has SSH.</summary>
    internal sealed record Ssh(string Text, string Destination, int? Port) : ViaRoute(Text);
}
