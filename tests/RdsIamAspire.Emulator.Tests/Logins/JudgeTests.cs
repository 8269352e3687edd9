namespace RdsIamAspire.Emulator.Tests.Logins;

/// <summary>What cannot be shown on the test server: other regions and ports, other ways in.</summary>
public sealed class JudgeTests
{
    private static readonly EmulatorPrincipal Principal = EmulatorPrincipal.CreateDefault();

    [Theory]
    [InlineData("eu-west-1", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-LOCALRDSIAMEMULATOR000000/app")]
    [InlineData("cn-north-1", "arn:aws-cn:rds-db:cn-north-1:123456789012:dbuser:db-LOCALRDSIAMEMULATOR000000/app")]
    [InlineData("us-gov-west-1", "arn:aws-us-gov:rds-db:us-gov-west-1:123456789012:dbuser:db-LOCALRDSIAMEMULATOR000000/app")]
    public void The_ARN_has_the_partition_of_the_region(string region, string arn)
    {
        var policy = EmulatorPrincipalPolicies.AllowAll.Replace("\"*\"", $"\"{arn}\"", StringComparison.Ordinal);
        var principal = Principal with { Policies = [policy] };
        var desk = new JudgesDesk(region, new("db.example", 3306), Clock.Start, principal);
        Assert.True(desk.Judge((new TestSigner(principal) { Host = "db.example", Region = region }).Sign(), "app").Allowed);
    }

    [Fact]
    public void A_server_that_does_not_tell_of_TLS_lets_in_and_it_is_shown_as_unknown()
    {
        var desk = new JudgesDesk("us-east-1", new("127.0.0.1", 3306), Clock.Start, Principal);
        var attempt = desk.Judge(new TestSigner(Principal).Sign(), "app", LoginTransport.NotTold);
        Assert.True(attempt.Allowed);
        Assert.Null(attempt.Tls);
    }

    [Fact]
    public void A_login_over_the_servers_local_socket_is_NoTls()
    {
        var desk = new JudgesDesk("us-east-1", new("127.0.0.1", 3306), Clock.Start, Principal);
        var attempt = desk.Judge(new TestSigner(Principal).Sign(), "app", LoginTransport.LocalSocket);
        Assert.Equal(LoginDenial.NoTls, attempt.Denial);
        Assert.Equal(
            "The login came over the server's local socket, which RDS has not. Connect over TCP with TLS (for mysql: --host 127.0.0.1, "
                + "not localhost).",
            attempt.Explanation);
    }

    [Theory]
    [InlineData(443)]
    [InlineData(80)]
    public void A_token_whose_signer_dropped_the_default_port_is_for_that_port(int port)
    {
        var desk = new JudgesDesk("us-east-1", new("db.example", port), Clock.Start, Principal);
        Assert.True(desk.Judge((new TestSigner(Principal) { Host = "db.example", Port = null }).Sign(), "app").Allowed);
    }

    [Fact]
    public void An_endpoint_may_be_an_IPv6_address()
    {
        var desk = new JudgesDesk("us-east-1", new("[2001:db8::1]", 3306), Clock.Start, Principal);
        Assert.True(desk.Judge((new TestSigner(Principal) { Host = "[2001:db8::1]" }).Sign(), "app").Allowed);
        Assert.Contains(
            "([2001:db8::1]:3306)",
            desk.Judge((new TestSigner(Principal) { Host = "[2001:db8::2]" }).Sign(), "app").Explanation,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Values_out_of_a_token_are_shown_only_when_they_are_short_and_plain()
    {
        var desk = new JudgesDesk("us-east-1", new("127.0.0.1", 3306), Clock.Start, Principal);
        var secret = Principal.SecretAccessKey;
        var asKey =
            desk.Judge((new TestSigner(Principal) { AccessKeyId = secret.Replace("/", "x", StringComparison.Ordinal) }).Sign(), "app");
        Assert.StartsWith("The access key (40 characters) is none of the emulator's.", asKey.Explanation, StringComparison.Ordinal);
        Assert.Null(asKey.AccessKeyId);
        Assert.StartsWith(
            "The token is for the user '(400 characters)', the login is for 'app'.",
            desk.Judge((new TestSigner(Principal) { User = new string('u', 400) }).Sign(), "app").Explanation,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The token is for the user '(3 characters)', the login is for 'app'.",
            desk.Judge((new TestSigner(Principal) { User = "a\nb" }).Sign(), "app").Explanation,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_and_a_principal_show_no_secret_as_text()
    {
        Assert.Equal($"{Principal.Arn} ({Principal.AccessKeyId})", Principal.ToString());
        Assert.True(PresignedToken.TryRead(System.Text.Encoding.ASCII.GetBytes(new TestSigner(Principal).Sign()), out var token, out _));
        Assert.Equal("PresignedToken", token.ToString());
    }
}
