using System.Globalization;
using Amazon.Runtime;

namespace RdsIamAspire.Tests.Conformance;

/// <summary>One input for every signer: what the token is for, who signs, and when.</summary>
internal sealed record SigningCase(
    string Host, int Port, string User, string Region, string AccessKeyId, string SecretAccessKey, string? SessionToken, long EpochSeconds)
{
    internal DateTime Time => DateTimeOffset.FromUnixTimeSeconds(EpochSeconds).UtcDateTime;

    internal AWSCredentials Credentials => SessionToken is null
        ? new BasicAWSCredentials(AccessKeyId, SecretAccessKey)
        : new SessionAWSCredentials(AccessKeyId, SecretAccessKey, SessionToken);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"'{User}' at {Host}:{Port} in {Region} by {AccessKeyId}, {Time:s}");

    /// <summary>Every host with a few users, every user on a few hosts, every port: more than 200 cases.</summary>
    internal static IReadOnlyList<SigningCase> Table()
    {
        (string Host, string Region)[] hosts =
        [
            ("mydb.abcdefghijkl.us-east-1.rds.amazonaws.com", "us-east-1"),
            ("mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "eu-west-1"),
            ("mydb.abcdefghijkl.ap-southeast-3.rds.amazonaws.com", "ap-southeast-3"),
            ("mydb.abcdefghijkl.il-central-1.rds.amazonaws.com", "il-central-1"),
            ("mydb.abcdefghijkl.mx-central-1.rds.amazonaws.com", "mx-central-1"),
            ("mydb.abcdefghijkl.us-gov-west-1.rds.amazonaws.com", "us-gov-west-1"),
            ("mydb.abcdefghijkl.us-gov-east-1.rds.amazonaws.com", "us-gov-east-1"),
            ("mydb.abcdefghijkl.rds.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("mydb.abcdefghijkl.rds.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
            ("mydb.abcdefghijkl.us-iso-east-1.rds.c2s.ic.gov", "us-iso-east-1"),
            ("mydb.abcdefghijkl.us-isob-east-1.rds.sc2s.sgov.gov", "us-isob-east-1"),
            ("orders.cluster-abcdefghijkl.eu-central-1.rds.amazonaws.com", "eu-central-1"),
            ("orders.cluster-ro-abcdefghijkl.eu-central-1.rds.amazonaws.com", "eu-central-1"),
            ("reports.cluster-custom-abcdefghijkl.eu-central-1.rds.amazonaws.com", "eu-central-1"),
            ("orders.global-abcdefghijkl.global.rds.amazonaws.com", "ap-northeast-1"),
            ("pool.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com", "us-west-2"),
            ("read.endpoint.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com", "us-west-2"),
            ("a.b", "sa-east-1"),
            ("localhost", "us-east-1"),
            ("127.0.0.1", "us-east-1"),
            ("[2001:db8::1]", "us-east-1"),
            ("db-1.internal.example", "eu-north-1"),
            ("with_underscore.example", "eu-north-1"),
            ("xn--bcher-kva.example", "ca-central-1"),
            (new string('a', 63) + "." + new string('b', 63) + ".eu-west-1.rds.amazonaws.com", "eu-west-1"),
            // In another case: signers differ in what they sign, RDS does not care.
            ("MyDb.abcdefghijkl.us-east-1.rds.amazonaws.com", "us-east-1"),
            ("MYDB.ABCDEFGHIJKL.EU-WEST-1.RDS.AMAZONAWS.COM", "eu-west-1"),
        ];
        string[] users =
        [
            "jane_doe", "JANE", "a", "app-user", "app.user", "app~user", "a b", "a+b", "a%b", "a%20b", "a&b=c", "a?b#c", "a/b", "a\\b", "a'b", "a\"b", "a`b", "a:b",
            "a;b", "a,b", "a@b", "a@%", "a!b", "a*b", "a(b)", "a[b]", "a{b}", "a|b", "a^b", "a$b", "a<b>", "a=b", "é", "Ünïcödé", "пользователь", "ユーザー", "用户", "🙂",
            "a\u00a0b", "e\u0301", "ﬃ", "0", "-", "_", "~", "%", "%25", "+", "DBUser=x&Action=y", new string('u', 32),
        ];
        int[] ports = [1, 79, 80, 81, 442, 443, 444, 1024, 3305, 3306, 3307, 5432, 13306, 33060, 65535];
        (string Id, string Secret, string? Session)[] keys =
        [
            ("akid", "skid", null),
            ("AKIAMADEUPMADEUP0001", "made/up+secret=made/up+secret=made/up+sec", null),
            ("ASIAMADEUPMADEUP0002", "another/made+up/secret", "IQoJb3JpZ2luX2VjEMADE+UP/session=token==" + new string('x', 700)),
            ("ASIAMADEUPMADEUP0003", "third/made+up/secret", "short"),
        ];
        long[] times =
        [
            1478540373,
            951782400 /* 2000-02-29 */,
            1735689599 /* 2024-12-31T23:59:59Z */,
            1767225600 /* 2026-01-01 */,
            4102444800, /* 2100 */
        ];

        var cases = new List<SigningCase>();
        void Add((string Host, string Region) h, int port, string user)
        {
            var (id, secret, session) = keys[cases.Count % keys.Length];
            cases.Add(new(h.Host, port, user, h.Region, id, secret, session, times[cases.Count % times.Length]));
        }

        for (var h = 0; h < hosts.Length; h++)
        {
            for (var i = 0; i < 4; i++)
                Add(hosts[h], 3306, users[(h * 3 + i * 11) % users.Length]);
        }

        for (var u = 0; u < users.Length; u++)
        {
            Add(hosts[u % 17], 3306, users[u]);
            Add(hosts[(u + 5) % 17], ports[u % ports.Length], users[u]);
        }

        foreach (var port in ports)
        {
            Add(hosts[0], port, "jane_doe");
            Add(hosts[18], port, "é+b");
        }

        return [.. cases.Distinct()];
    }
}
