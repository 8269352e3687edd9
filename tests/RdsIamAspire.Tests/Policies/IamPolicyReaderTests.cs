namespace RdsIamAspire.Tests.Policies;

/// <summary>What IAM would not take is refused, with what is wrong and where.</summary>
public sealed class IamPolicyReaderTests
{
    private const string Good = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"rds-db:connect","Resource":"*"}}""";

    [Theory]
    [InlineData("", "document (line 1, column 1): it is not JSON: it is empty")]
    [InlineData("{\"Statement\":[", "document (line 1, column 15): it is not JSON: it ends before it is whole; was it cut off?")]
    [InlineData("{\"AttachedPolicies\":[]}", "document (line 1, column 2): 'AttachedPolicies' is no element of it")]
    [InlineData("not json", "document (line 1, column 2): it is not JSON: ")]
    [InlineData("{} {}", "document (line 1, column 4): it is not JSON: ")]
    [InlineData("[]", "document (line 1, column 1): it is not a JSON object; a policy looks like")]
    [InlineData("""{"Version":"2012-10-17"}""", "document (line 1, column 1): it has no Statement")]
    [InlineData("""{"Statement":"*"}""", "Statement (line 1, column 14): it is not a statement or a list of at least one")]
    [InlineData("""{"Statement":[1]}""", "Statement 1 (line 1, column 15): it is not an object")]
    [InlineData("""{"Id":"orders","Statement":[]}""", "Id (line 1, column 2): a policy for a role or user has none; take it out")]
    [InlineData("""{"Version":2012,"Statement":[]}""", "Version (line 1, column 12): '2012' is no version of the policy language;")]
    [InlineData("""{"version":"2012-10-17","Statement":[]}""",
        "document (line 1, column 2): 'version' is no element of it; did you mean 'Version'?")]
    public void Of_the_document(string json, string problem) => Assert.StartsWith(problem, ProblemOf(json), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"Allow\"", "\"allow\"", "Statement 1, Effect (line 1, column 47): 'allow' is neither Allow nor Deny (the case matters)")]
    [InlineData("\"Effect\":\"Allow\",", "", "Statement 1, Effect (line 1, column 37): it is missing; write Allow or Deny")]
    [InlineData("\"Effect\"", "\"Principal\":\"*\",\"Effect\"",
        "Statement 1, Principal (line 1, column 38): a policy for a role or user has none;")]
    [InlineData("\"Effect\"", "\"Condtion\":{},\"Effect\"",
        "Statement 1 (line 1, column 38): 'Condtion' is no element of it; did you mean 'Condition'?")]
    [InlineData("\"Effect\"", "\"Sid\":\"a b\",\"Effect\"",
        "Statement 1, Sid (line 1, column 44): 'a b' is no Sid; IAM takes letters and digits")]
    [InlineData("\"Effect\"", "\"Effect\":\"Deny\",\"Effect\"", "Statement 1, Effect (line 1, column 54): it stands twice")]
    [InlineData("\"Resource\":\"*\"", "\"Resource\":\"*\",\"NotResource\":\"*\"",
        "Statement 1, NotResource (line 1, column 96): it stands beside Resource;")]
    [InlineData("\"Action\"", "\"NotAction\":\"iam:*\",\"Action\"", "Statement 1, NotAction (line 1, column 55): it stands beside Action;")]
    [InlineData("\"Action\":\"rds-db:connect\",", "", "Statement 1, Action (line 1, column 37): it is missing")]
    [InlineData("\"rds-db:connect\"", "[]", "Statement 1, Action (line 1, column 64): it is an empty list;")]
    [InlineData("\"rds-db:connect\"", "[7]", "Statement 1, Action (line 1, column 65): it holds a number where a text belongs")]
    [InlineData("rds-db:connect", "connect",
        "Statement 1, Action (line 1, column 64): 'connect' names no service; an action looks like rds-db:connect")]
    [InlineData("rds-db:connect", "rds*:connect",
        "Statement 1, Action (line 1, column 64): 'rds*:connect' has a wildcard in the service's name,")]
    [InlineData("rds-db:connect", "rds-db:", "Statement 1, Action (line 1, column 64): 'rds-db:' is no action;")]
    [InlineData("rds-db:connect", "rds-db:con nect", "Statement 1, Action (line 1, column 64): 'rds-db:con nect' is no action;")]
    [InlineData("rds-db:connect", ":connect", "Statement 1, Action (line 1, column 64): ':connect' begins with no service's name;")]
    [InlineData("\"*\"", "\"app\"", "Statement 1, Resource (line 1, column 92): 'app' is neither an ARN nor '*';")]
    [InlineData("\"*\"", "\"arn:aws\"", "Statement 1, Resource (line 1, column 92): 'arn:aws' is neither an ARN nor '*';")]
    [InlineData("\"*\"", "\"arn:aws:rds*:us-east-1:*:*\"",
        "Statement 1, Resource (line 1, column 92): 'arn:aws:rds*:us-east-1:*:*' has a wildcard in place of")]
    [InlineData("\"*\"", "\"arn:aws::us-east-1:*:*\"",
        "Statement 1, Resource (line 1, column 92): 'arn:aws::us-east-1:*:*' names no service;")]
    [InlineData("\"*\"", "\"arn:amazon:rds-db:*:*:*\"",
        "Statement 1, Resource (line 1, column 92): 'arn:amazon:rds-db:*:*:*' is in the partition 'amazon',")]
    [InlineData("\"*\"", "\"arn:aws:rds-db:${aws:RequestedRegion}:*:*\"",
        "Statement 1, Resource (line 1, column 92): 'arn:aws:rds-db:${aws:RequestedRegion}")]
    [InlineData("\"*\"", "\"arn:aws:rds-db:*:*:dbuser:*/${}\"",
        "Statement 1, Resource (line 1, column 92): the variable '${}' has no name;")]
    [InlineData("\"*\"", "\"arn:aws:rds-db:*:*:dbuser:*/${aws:username\"",
        "Statement 1, Resource (line 1, column 92): the variable '${aws:username' has no")]
    [InlineData("\"*\"", "\"arn:aws:rds-db:*:*:dbuser:*/${aws: username}\"",
        "Statement 1, Resource (line 1, column 92): the variable '${aws: username}' has a")]
    [InlineData("\"*\"", "\"arn:aws:rds-db:*:*:dbuser:*/${aws:username, app}\"",
        "Statement 1, Resource (line 1, column 92): the variable '${aws:username' has a")]
    public void Of_a_statement(string from, string to, string problem) =>
        Assert.StartsWith(problem, ProblemOf(Good.Replace(from, to, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"x\"", "Statement 1, Condition (line 1, column 108): it is a text, not an object such as")]
    [InlineData("[]", "Statement 1, Condition (line 1, column 108): it is a list, not an object such as")]
    [InlineData("""{"StringEquals":"x"}""",
        "Statement 1, Condition, StringEquals (line 1, column 124): it is a text, not an object of keys and values")]
    [InlineData("""{"StringEqual":{}}""",
        "Statement 1, Condition, StringEqual (line 1, column 109): 'StringEqual' is no condition operator; did you mean 'StringEquals'?")]
    [InlineData("""{"NullIfExists":{}}""", "Statement 1, Condition, NullIfExists (line 1, column 109): Null asks whether the key exists,")]
    [InlineData("""{"ForOneValue:StringEquals":{}}""",
        "Statement 1, Condition, ForOneValue:StringEquals (line 1, column 109): 'ForOneValue:StringEquals' is no")]
    [InlineData("""{"Bool":{"secure":true}}""", "Statement 1, Condition, Bool, secure (line 1, column 117): 'secure' is no condition key;")]
    [InlineData("""{"Bool":{"aws:a":[]}}""", "Statement 1, Condition, Bool, aws:a (line 1, column 125): it is an empty list;")]
    [InlineData("""{"Bool":{"aws:a":null}}""", "Statement 1, Condition, Bool, aws:a (line 1, column 125): it holds null where")]
    [InlineData("""{"Bool":{"aws:a":[["x"]]}}""", "Statement 1, Condition, Bool, aws:a (line 1, column 126): it holds a list where")]
    [InlineData("""{"Bool":{"aws:a":"x","AWS:A":"y"}}""",
        "Statement 1, Condition, Bool, AWS:A (line 1, column 129): it stands twice (the case of a key")]
    [InlineData("""{"Bool":{"aws:a":"x"},"Bool":{}}""", "Statement 1, Condition, Bool (line 1, column 130): it stands twice;")]
    [InlineData("""{"StringLike":{"aws:a":"${aws:b"}}""",
        "Statement 1, Condition, StringLike, aws:a (line 1, column 131): the variable '${aws:b' has no closing brace;")]
    public void Of_a_condition(string condition, string problem)
    {
        var json = Good.Replace("\"*\"}", $"\"*\",\"Condition\":{condition}}}", StringComparison.Ordinal);

        Assert.StartsWith(problem, ProblemOf(json), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_told_with_its_own_line()
    {
        var (_, problems) = IamPolicyReader.Read("""
            {
              "Version": "2012-10-18",
              "Statement": [
                { "Sid": "ü", "Effect": "Allow", "Action": "connect", "Resource": "*" },
                { "Effect": "Alow", "Action": "*", "Resource": "*" }
              ]
            }
            """.ReplaceLineEndings("\n"));

        Assert.Equal([(2, 14), (4, 14), (4, 48), (5, 17)], problems.Select(problem => (problem.Line, problem.Column)));
    }

    [Fact]
    public void A_Sid_stands_once()
    {
        const string statement = """{"Sid":"One","Effect":"Allow","Action":"*","Resource":"*"}""";
        Assert.StartsWith("Statement 2, Sid (line 1, column 81): 'One' is that of statement 1 too;",
            ProblemOf($$"""{"Statement":[{{statement}},{{statement}}]}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void White_space_does_not_count_for_the_length()
    {
        Assert.NotNull(IamPolicyReader.Read(Good + new string(' ', 50_000)).Document);
        var longOne = Good.Replace("\"*\"", $"[{string.Join(',', Enumerable.Repeat("\"arn:aws:rds-db:*:*:dbuser:*/a\"", 400))}]",
            StringComparison.Ordinal);
        Assert.StartsWith("document (line 1, column 1): it has 12,", ProblemOf(longOne), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Effect\"", "\"Sid\":\"\",\"Effect\"")]
    [InlineData("\"rds-db:connect\"", "[\"s3:Get*\",\"rds-db:*\",\"*\"]")]
    [InlineData("\"*\"", "[\"arn:*:rds-db:*:*:*\",\"arn:aws:s3:::bucket/*\",\"arn:aws:rds-db\"]")]
    [InlineData("\"*\"", "\"*\",\"Condition\":{}")]
    [InlineData("\"*\"", "\"*\",\"Condition\":{\"stringequals\":{\"aws:PrincipalTag/a\":[\"x\",1,true]}}")]
    [InlineData("\"*\"", "\"arn:aws:rds-db:*:*:dbuser:*/${aws:username, 'no}body'}${*}${?}${$}\"")]
    [InlineData("2012-10-17", "2008-10-17")]
    public void What_IAM_takes_is_taken(string from, string to) =>
        Assert.Empty(IamPolicyReader.Read(Good.Replace(from, to, StringComparison.Ordinal)).Problems);

    [Fact]
    public void Any_text_is_a_policy_or_a_problem()
    {
        var random = new Random(20260131);
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"", "Statement", "\"Statement\":", "\"Effect\":\"Allow\"", "\"Condition\":",
            "\"Bool\":{", "null", "1e999",
            "\\uD800", "\"${\"", "\n", "\"Action\":\"*\"", "\"Resource\":\"arn:::::\"", "é"];
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            var (document, problems) = IamPolicyReader.Read(text);
            Assert.Equal(document is null, problems.Count > 0);
        }
    }

    private static string ProblemOf(string json) => IamPolicyReader.Read(json).Problems[0].ToString();
}
