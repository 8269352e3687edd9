using System.Globalization;

namespace RdsIamAspire.Cli.Tokens;

/// <summary>
/// What a token says about itself, and what is wrong with it as far as can be told without its secret. Holds neither signature nor session
/// token.
/// </summary>
internal sealed record TokenReport
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required RdsEndpointKind EndpointKind { get; init; }

    public required string User { get; init; }

    public required string Region { get; init; }

    public required string AccessKeyId { get; init; }

    public required bool TemporaryCredentials { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>One sentence each: what RDS would refuse the token for.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Judges a token at a time, and against what it is meant for where that is given.</summary>
    public static TokenReport Create(
        RdsAuthToken token,
        DateTimeOffset now,
        RdsEndpoint? meantFor = null,
        string? meantUser = null,
        string? meantRegion = null)
    {
        var problems = new List<string>();
        var expiresAt = Earlier(token.ExpiresAt, token.IssuedAt + RdsAuthToken.Lifetime);
        if (token.ExpiresAt - token.IssuedAt > RdsAuthToken.Lifetime)
            problems.Add(
                $"X-Amz-Expires asks for {(token.ExpiresAt - token.IssuedAt).TotalSeconds.ToString(CultureInfo.InvariantCulture)} "
                    + "seconds; RDS accepts at most 900.");
        if (now >= expiresAt)
            problems.Add($"The token has expired {Span(now - expiresAt)} ago; make a new one for each login.");
        if (token.IssuedAt - now > TimeSpan.FromMinutes(5))
            problems.Add(
                $"The token is dated {Span(token.IssuedAt - now)} in the future; the clock of the machine that made it, or of this "
                    + "one, is wrong.");

        var kind = RdsEndpointKind.Custom;
        if (RdsEndpoint.TryParse(token.Host, token.Port, out var endpoint))
        {
            kind = endpoint.Kind;
            if (endpoint.Region is { } region && region != token.Region)
                problems.Add($"The token is signed for region '{token.Region}', but the host is in '{region}'.");
        }

        if (meantFor is not null && (meantFor.Host != endpoint?.Host || meantFor.Port != token.Port))
            problems.Add(
                $"The token is signed for {token.Host}:{token.Port.ToString(CultureInfo.InvariantCulture)}, not for {meantFor}; host "
                    + "and port must be the endpoint's own.");
        if (meantUser is not null && !string.Equals(meantUser, token.User, StringComparison.Ordinal))
        {
            problems.Add(string.Equals(meantUser, token.User, StringComparison.OrdinalIgnoreCase)
                ? $"The token is for user '{token.User}', not '{meantUser}'; the case matters."
                : $"The token is for user '{token.User}', not '{meantUser}'.");
        }

        if (meantRegion is not null && meantRegion != token.Region)
            problems.Add($"The token is signed for region '{token.Region}', not '{meantRegion}'.");

        return new TokenReport
        {
            Host = token.Host,
            Port = token.Port,
            EndpointKind = kind,
            User = token.User,
            Region = token.Region,
            AccessKeyId = token.AccessKeyId,
            TemporaryCredentials = token.HasSessionToken,
            IssuedAt = token.IssuedAt,
            ExpiresAt = expiresAt,
            Problems = problems,
        };
    }

    /// <summary>A length of time in words: "3 minutes 5 seconds".</summary>
    public static string Span(TimeSpan span)
    {
        var parts = new List<string>();
        Add((long)span.TotalDays, "day");
        Add(span.Hours, "hour");
        Add(span.Minutes, "minute");
        Add(span.Seconds, "second");
        return parts.Count == 0 ? "0 seconds" : string.Join(' ', parts.Take(2));

        void Add(long count, string unit)
        {
            if (count > 0)
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}"));
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
