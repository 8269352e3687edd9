using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Tests.Tokens;

public sealed class RdsAuthTokenSignerTests
{
    private const string RdsHost = "mydb.abcdefghijkl.ap-southeast-2.rds.amazonaws.com";
    private static readonly BasicAWSCredentials Keys = new("akid", "skid");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RdsHost, null, null, "ap-southeast-2")]
    [InlineData(RdsHost, null, "eu-west-1", "ap-southeast-2")]
    [InlineData("tunnel.example", null, "eu-west-1", "eu-west-1")]
    [InlineData("tunnel.example", "us-east-2", "eu-west-1", "us-east-2")]
    public async Task The_region_comes_from_the_request_else_the_host_else_the_options(
        string host,
        string? requested,
        string? configured,
        string expected)
    {
        using var source = new RdsAuthTokenSource(new() { Credentials = Keys, Region = configured });

        var token = await source.GetTokenAsync(new(host, 3306, "app", requested), Cancelled);

        Assert.Equal(expected, token.Region);
    }

    [Fact]
    public async Task The_host_is_signed_in_lower_case_without_its_trailing_dot()
    {
        using var source = new RdsAuthTokenSource(new() { Credentials = Keys });

        var token = await source.GetTokenAsync(new("MyDb.AbcdefghIJKL.AP-southeast-2.rds.amazonaws.com.", 3306, "app"), Cancelled);

        Assert.StartsWith($"{RdsHost}:3306/?", token.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_IPv6_address_is_signed_in_brackets()
    {
        using var source = new RdsAuthTokenSource(new() { Credentials = Keys, Region = "eu-west-1" });

        Assert.StartsWith("[::1]:3306/?", (await source.GetTokenAsync(new("::1", 3306, "app"), Cancelled)).Value, StringComparison.Ordinal);
        Assert.StartsWith(
            "[::1]:3306/?",
            (await source.GetTokenAsync(new("[::1]", 3306, "app"), Cancelled)).Value,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 3306, "app")]
    [InlineData("tunnel.example", 0x1_0000, "app")]
    [InlineData("tunnel.example", -1, "app")]
    [InlineData("tunnel.example", 3306, "")]
    [InlineData("a b", 3306, "app")]
    public async Task A_request_that_cannot_be_signed_is_refused_with_its_values(string host, int port, string user)
    {
        using var source = new RdsAuthTokenSource(new() { Credentials = Keys, Region = "eu-west-1" });

        var error = await Assert.ThrowsAsync<RdsAuthTokenException>(() => source.GetTokenAsync(new(host, port, user), Cancelled).AsTask());

        Assert.Equal(RdsAuthTokenFailure.InvalidRequest, error.Failure);
        Assert.StartsWith(
            $"No token can be signed for user '{user}' at host '{host}', port {port}:",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_with_less_than_a_tokens_life_left_are_renewed_first()
    {
        var credentials = new RotatingCredentials(TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        await credentials.GetCredentialsAsync();
        using var source = new RdsAuthTokenSource(new() { Credentials = credentials });

        var token = await source.GetTokenAsync(new(RdsHost, 3306, "app"), Cancelled);

        Assert.Equal("key2", token.AccessKeyId);
        Assert.Equal(token.IssuedAt + RdsAuthToken.Lifetime, token.ExpiresAt);
    }

    [Fact]
    public async Task Credentials_that_stay_short_bound_the_token()
    {
        var credentials = new RotatingCredentials(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        using var source = new RdsAuthTokenSource(new() { Credentials = credentials });

        var token = await source.GetTokenAsync(new(RdsHost, 3306, "app"), Cancelled);

        Assert.InRange(token.ExpiresAt - token.IssuedAt, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Credentials_that_cannot_be_renewed_serve_until_they_end()
    {
        var credentials = new RotatingCredentials(TimeSpan.FromMinutes(10));
        await credentials.GetCredentialsAsync();
        using var source = new RdsAuthTokenSource(new() { Credentials = credentials });

        var token = await source.GetTokenAsync(new(RdsHost, 3306, "app"), Cancelled);

        Assert.Equal("key1", token.AccessKeyId);
        Assert.InRange(token.ExpiresAt - token.IssuedAt, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Credentials_that_have_ended_are_said_with_what_to_do()
    {
        using var source = new RdsAuthTokenSource(new() { Credentials = new EndedCredentials() });

        var error =
            await Assert.ThrowsAsync<RdsAuthTokenException>(() => source.GetTokenAsync(new(RdsHost, 3306, "app"), Cancelled).AsTask());

        Assert.Equal(RdsAuthTokenFailure.CredentialsExpired, error.Failure);
        Assert.StartsWith("The AWS credentials of ENDEDKEY ended at 2020-01-01 00:00:00Z", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ended-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_cannot_be_read_are_said_with_the_cause()
    {
        using var source = new RdsAuthTokenSource(new() { Credentials = new RotatingCredentials() });

        var error =
            await Assert.ThrowsAsync<RdsAuthTokenException>(() => source.GetTokenAsync(new(RdsHost, 3306, "app"), Cancelled).AsTask());

        Assert.Equal(RdsAuthTokenFailure.CredentialsUnavailable, error.Failure);
        Assert.Equal(
            "The AWS credentials of the Credentials option (RotatingCredentials) could not be had: the role is gone. Check the object "
                + "that was given as Credentials.",
            error.Message);
    }

    [Fact]
    public async Task A_region_other_than_the_hosts_is_warned_of()
    {
        using var log = new RecordedLog();
        using var source = new RdsAuthTokenSource(new() { Credentials = Keys, LoggerFactory = log });

        await source.GetTokenAsync(new(RdsHost, 3306, "app", "eu-west-1"), Cancelled);

        Assert.Contains(log.Lines, line => line.Level == LogLevel.Warning && line.Text.StartsWith(
            $"The token for app@{RdsHost}:3306 is signed for the region eu-west-1 as asked, but the host is in ap-southeast-2; RDS "
                + "will refuse it.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_has_neither_token_nor_secret_nor_session_token()
    {
        using var log = new RecordedLog();
        using var source = new RdsAuthTokenSource(
            new() { Credentials = new SessionAWSCredentials("ASIAMADEUP", "made-up-secret", "made-up-session"), LoggerFactory = log });

        var token = await source.GetTokenAsync(new(RdsHost, 3306, "app"), Cancelled);
        await Assert.ThrowsAsync<RdsAuthTokenException>(() => source.GetTokenAsync(new(RdsHost, 3306, ""), Cancelled).AsTask());

        Assert.Equal([LogLevel.Debug, LogLevel.Warning], log.Lines.Select(line => line.Level));
        var signature = token.Value[(token.Value.LastIndexOf('=') + 1)..];
        foreach (var secret in (string[])[token.Value, signature, "made-up-secret", "made-up-session"])
            Assert.DoesNotContain(log.Lines, line => line.Text.Contains(secret, StringComparison.Ordinal));
    }

    /// <summary>Temporary credentials: each renewal gives the next key with the next life, and fails when there is none left.</summary>
    private sealed class RotatingCredentials(params TimeSpan[] lives) : RefreshingAWSCredentials
    {
        private int _renewals;

        protected override CredentialsRefreshState GenerateNewCredentials() => _renewals < lives.Length
            ? new(new ImmutableCredentials($"key{_renewals + 1}", "secret", "session"), DateTime.UtcNow + lives[_renewals++])
            : throw new InvalidOperationException("the role is gone");
    }

    private sealed class EndedCredentials : AWSCredentials
    {
        public EndedCredentials() => Expiration = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        public override ImmutableCredentials GetCredentials() => new("ENDEDKEY", "ended-secret", null);
    }
}
