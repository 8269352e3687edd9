using System.Text.Json;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Tunnel.Tests.Via;

/// <summary>What a way is read as, what is run for it, and what the programs' output means.</summary>
public sealed class ViaRouteTests
{
    private static readonly RdsEndpoint Endpoint = RdsEndpoint.Parse("orders.abcdefghijkl.eu-west-1.rds.amazonaws.com");

    [Fact]
    public void Each_form_is_read()
    {
        var ssm = Read<ViaRoute.Ssm>("ssm:i-0123456789abcdef0");
        Assert.Equal(("i-0123456789abcdef0", false), (ssm.InstanceId, ssm.WithSsh));
        Assert.Equal("mi-0123456789abcdef0", Read<ViaRoute.Ssm>("SSM:mi-0123456789abcdef0").InstanceId);
        Assert.Equal(new("Name", "a=b, c"), Read<ViaRoute.Ssm>("ssm:tag/Name=a=b, c").Tag);
        var overSsm = Read<ViaRoute.Ssm>("ssm:ubuntu@i-0123456789abcdef0,ssh");
        Assert.Equal(("ubuntu", true), (overSsm.User, overSsm.WithSsh));
        Assert.Equal("ec2-user", Read<ViaRoute.Ssm>("ssm:tag/Name=bastion,ssh").User);
        var ecs = Read<ViaRoute.Ecs>("ecs:c/s/k");
        Assert.Equal(("c", "s", "k"), (ecs.Cluster, ecs.Service, ecs.Container));
        var eice = Read<ViaRoute.Eice>("eice:eice-0123456789abcdef0/i-01234567");
        Assert.Equal(("i-01234567", "eice-0123456789abcdef0"), (eice.InstanceId, eice.EndpointId));
        var ssh = Read<ViaRoute.Ssh>("ssh:jane@bastion:2222");
        Assert.Equal(("jane@bastion", 2222), (ssh.Destination, ssh.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bastion")]
    [InlineData("ssm:")]
    [InlineData("ssm:i-0123; rm -rf")]
    [InlineData("ssm:user@i-0123456789abcdef0")]
    [InlineData("ssm:tag/Name")]
    [InlineData("ssm:tag/Name=a\nb")]
    [InlineData("ecs:cluster")]
    [InlineData("ecs:a/b/c/d")]
    [InlineData("ecs:a/b c")]
    [InlineData("eice:mi-0123456789abcdef0")]
    [InlineData("eice:-x@i-0123456789abcdef0")]
    [InlineData("ssh:")]
    [InlineData("ssh:-oProxyCommand=x")]
    [InlineData("ssh:user@-host")]
    [InlineData("ssh:host name")]
    [InlineData("ssh:host:0")]
    [InlineData("ssh:$(id)@host")]
    public void What_is_no_way_is_refused_with_a_form(string text) =>
        Assert.StartsWith($"'{text}' ", Assert.Throws<FormatException>(() => ViaRoute.Parse(text)).Message);

    [Fact]
    public void The_plugin_says_which_port_it_took_and_then_that_it_listens()
    {
        var command = ForwardCommand.Ssm("i-0123456789abcdef0", Endpoint, null);
        int? port = null;
        Assert.False(command.IsOpen("Starting session with SessionId: jane-0abc", ref port));
        Assert.False(command.IsOpen("Port 56789 opened for sessionId jane-0abc.", ref port));
        Assert.True(command.IsOpen("Waiting for connections...", ref port));
        Assert.Equal(56789, port);
        Assert.DoesNotContain("--region", command.Arguments);
    }

    [Fact]
    public void What_ssh_is_given_after_two_dashes_is_the_host()
    {
        var way = (ViaRoute.Ssh)ViaRoute.Parse("ssh:jane@bastion:2222");
        var command = ForwardCommand.Ssh(way, Endpoint, 40000);
        Assert.Equal(["-p", "2222", "--", "jane@bastion"], command.Arguments.TakeLast(4));
        Assert.Contains($"127.0.0.1:40000:{Endpoint}", command.Arguments);
        int? port = null;
        Assert.False(command.IsOpen("Welcome", ref port));
        Assert.True(command.IsOpen("rds-iam: the forward is open", ref port));
        Assert.Contains("127.0.0.1:40000:[::1]:3306", ForwardCommand.Ssh(way, RdsEndpoint.Parse("[::1]:3306"), 40000).Arguments);
    }

    [Theory]
    [InlineData("""{"InstanceInformationList":[]}""", "no managed instance has the tag Name=bastion in eu-west-1")]
    [InlineData("""{}""", "no managed instance has the tag Name=bastion in eu-west-1")]
    [InlineData("""{"InstanceInformationList":[{"InstanceId":"i-01234567","PingStatus":"ConnectionLost"}]}""",
        "i-01234567 has the tag Name=bastion, and is not connected to Session Manager (ConnectionLost)")]
    public void A_tag_without_a_reachable_instance_is_said(string answer, string problem)
    {
        using var json = JsonDocument.Parse(answer);
        var e = Assert.Throws<ForwardException>(() => ForwardTargets.Instance(json.RootElement, new("Name", "bastion"), "eu-west-1"));
        Assert.Equal(problem, e.Message);
    }

    [Fact]
    public void A_service_without_ECS_Exec_is_said_with_what_turns_it_on()
    {
        using var json = JsonDocument.Parse("""
            {"tasks":[{"taskArn":"arn:aws:ecs:eu-west-1:1:task/c/aa","containers":[{"name":"api","runtimeId":"aa-1"}]}]}
            """);
        var e = Assert.Throws<ForwardException>(() => ForwardTargets.Container(json.RootElement, (ViaRoute.Ecs)ViaRoute.Parse("ecs:c/s")));
        Assert.Equal("no running container of 's' has ECS Exec on", e.Message);
        Assert.Contains("--enable-execute-command", e.Remedy);
    }

    [Theory]
    [InlineData("An error occurred (ExpiredTokenException) when calling the StartSession operation: …", "aws sso login")]
    [InlineData("jane@bastion: Permission denied (publickey).", "ssh-add")]
    [InlineData("channel 2: open failed: connect failed: Connection timed out", "security group must let it in")]
    [InlineData("something else\u001b[31m", "typed alone")]
    public void What_programs_say_has_a_remedy_and_no_control_characters(string line, string remedy)
    {
        var problem = ForwardProblem.Of("x", ["first", line, ""]);
        Assert.Contains(remedy, problem.Remedy);
        Assert.DoesNotContain('\u001b', problem.Line);
    }

    private static TWay Read<TWay>(string text) where TWay : ViaRoute => Assert.IsType<TWay>(ViaRoute.Parse(text));
}
