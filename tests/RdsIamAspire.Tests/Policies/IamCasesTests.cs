using System.Reflection;

namespace RdsIamAspire.Tests.Policies;

/// <summary>
/// A table of documents, each with what IAM's documentation says: the login is allowed, denied, or the document is refused.
/// </summary>
public sealed class IamCasesTests
{
    public static IEnumerable<TheoryDataRow<string, string, string, string, string, string, string>> Cases()
    {
        using var table = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("iam-cases.tsv")!);
        table.ReadLine();
        while (table.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            yield return new(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]) { TestDisplayName = fields[1] };
        }
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void A_document_is_judged_as_IAM_judges_it(
        string expected, string what, string principal, string user, string region, string resourceId, string document)
    {
        var (policy, problems) = IamPolicyReader.Read(Expanded(document));
        Assert.True(policy is null == problems.Count > 0, what);
        if (policy is null)
        {
            Assert.True(expected == "reject", $"{what}: {problems[0]}");
            Assert.All(problems, problem => Assert.False(string.IsNullOrEmpty(problem.Message)));
            return;
        }

        var database = new IamDatabaseUser
        {
            Partition = AwsPartition.FromRegion(region).Name,
            Region = region,
            AccountId = "123456789012",
            ResourceId = resourceId,
            User = user,
            Tags = new Dictionary<string, string>(),
        };
        var request = IamRequest.Create(database, new IamPrincipal { Arn = principal }, DateTimeOffset.UnixEpoch.AddYears(56));
        var decision = IamDecision.Make([policy], request);
        Assert.True(expected == (decision.Allowed == IamAnswer.Yes ? "allow" : "deny"), $"{what}: {decision.Reason}");
        Assert.NotEqual(IamAnswer.Maybe, decision.Allowed);
    }

    [Fact]
    public void The_table_has_all_its_cases() => Assert.Equal(172, Cases().Count());

    // What would be too long for a line, and what no text file has at its middle.
    private static string Expanded(string document) => document switch
    {
        "@stars" =>
            """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds-db:connect","Resource":"arn:aws:rds-db:us-east-1:1:dbuser:"""
            + string.Concat(Enumerable.Repeat("*a", 20_000)) + "\"}]}",
        "@deep" => string.Concat(Enumerable.Repeat("{\"Statement\":[", 2_000)),
        _ => document.Replace("\\uFEFF", "\uFEFF", StringComparison.Ordinal),
    };
}
