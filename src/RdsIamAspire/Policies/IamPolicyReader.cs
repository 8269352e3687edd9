using System.Text;
using System.Text.Json;

namespace RdsIamAspire;

/// <summary>Reads a policy as strictly as IAM does when one is saved, and says all that IAM would not take.</summary>
/// <remarks>
/// Sources: IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy element reference", "IAM and AWS STS quotas";
/// IAM API Reference, PutRolePolicy (the characters of a document).
/// </remarks>
internal sealed class IamPolicyReader
{
    /// <summary>The largest quota of any identity: the inline policies of a role, white space not counted.</summary>
    internal const int LargestPolicy = 10_240;

    internal const string NotJson = "it is not JSON: ";

    private const char LastCharacter = '\u00FF';

    private static readonly string[] DocumentElements = ["Version", "Id", "Statement"];
    private static readonly string[] StatementElements =
        ["Sid", "Principal", "NotPrincipal", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

    // Terraform's and CloudFormation's.
    private static readonly string[] ForeignVariables = ["${var.", "${local.", "${data.", "${module.", "${AWS::"];

    private readonly byte[] _utf8;
    private readonly List<IamPolicyProblem> _problems = [];
    private bool _variables;

    private IamPolicyReader(byte[] utf8) => _utf8 = utf8;

    /// <summary>The policy, or null and what is wrong with it.</summary>
    public static (IamPolicyDocument? Document, IReadOnlyList<IamPolicyProblem> Problems) Read(string text)
    {
        var reader = new IamPolicyReader(Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF')));
        var document = reader.ReadText(text);
        return (reader._problems.Count == 0 ? document : null, reader._problems);
    }

    private IamPolicyDocument? ReadText(string text)
    {
        var size = text.Count(character => !char.IsWhiteSpace(character));
        if (size > LargestPolicy)
        {
            Problem("document", 0, $"it has {size:N0} characters without white space, and IAM takes no more than {LargestPolicy:N0}"
                + " (6,144 in a managed policy); split it, or name fewer resources");
            return null;
        }

        var body = text.TrimStart('\uFEFF');
        if (body.AsSpan().IndexOfAnyExceptInRange('\0', LastCharacter) is >= 0 and var foreign)
        {
            var character = Rune.TryGetRuneAt(body, foreign, out var rune) ? rune.ToString() : body[foreign].ToString();
            Problem("document", Encoding.UTF8.GetByteCount(body.AsSpan(0, foreign)),
                $"it has the character '{character}', and IAM takes none beyond those of Latin-1 (up to U+00FF); write"
                + $" \\u{(int)body[foreign]:x4}, or a name without it");
            return null;
        }

        try
        {
            return ReadDocument(PolicyJson.Parse(_utf8));
        }
        catch (JsonException e)
        {
            var reason = string.IsNullOrWhiteSpace(text) ? "it is empty"
                : e.BytePositionInLine is not null && StartOfLine((int)(e.LineNumber ?? 0)) + (int)e.BytePositionInLine >= _utf8.Length
                    ? "it ends before it is whole; was it cut off?" : e.Message.Split(" LineNumber:")[0];
            var line = (int)(e.LineNumber ?? 0);
            var column = ColumnOf(StartOfLine(line) + (int)(e.BytePositionInLine ?? 0));
            _problems.Add(new("document", line + 1, column, NotJson + Shortened(reason)));
            return null;
        }
    }

    private IamPolicyDocument? ReadDocument(PolicyJson root)
    {
        const string place = "document";
        if (!root.IsObject)
        {
            Problem(place, root.At, """it is not a JSON object; a policy looks like { "Version": "2012-10-17", "Statement": [ … ] }""");
            return null;
        }

        CheckElements(root, place, DocumentElements);
        var version = root.Find("Version");
        if (version is not null && (!version.IsString || version.Text is not ("2012-10-17" or "2008-10-17")))
        {
            Problem("Version", version.At, $"'{version.Text}' is no version of the policy language; write \"2012-10-17\""
                + " (it is the language's version, not a date of yours)");
        }

        _variables = version?.Text == "2012-10-17";
        if (root.Members.Find(member => member.Name == "Id") is { } id)
            Problem("Id", id.At, "a policy for a role or user has none; take it out");
        var statement = root.Find("Statement");
        if (statement is null)
        {
            Problem(place, root.At, root.Find("AttachedPolicies") is not null
                ? "it lists the policies of a role and has none of them; 'rds-iam simulate --role ROLE' reads and judges them"
                : "it has no Statement");
            return null;
        }

        if (statement is { IsObject: false, IsArray: false } or { IsArray: true, Items.Count: 0 })
        {
            Problem("Statement", statement.At, "it is not a statement or a list of at least one");
            return null;
        }

        List<PolicyJson> elements = statement.IsArray ? statement.Items : [statement];
        var statements = elements.Select((element, index) => ReadStatement(element, index + 1)).OfType<IamStatement>().ToList();
        foreach (var twice in statements.Where(one => one.Sid is { Length: > 0 }).GroupBy(one => one.Sid).Where(group => group.Count() > 1))
        {
            var second = twice.ElementAt(1).Number;
            Problem($"Statement {second}, Sid", elements[second - 1].Find("Sid")!.At,
                $"'{twice.Key}' is that of statement {twice.First().Number} too; a Sid stands once in a policy");
        }

        return new() { HasVariables = _variables, Statements = statements };
    }

    private IamStatement? ReadStatement(PolicyJson element, int number)
    {
        var place = $"Statement {number}";
        if (!element.IsObject)
        {
            Problem(place, element.At, "it is not an object");
            return null;
        }

        CheckElements(element, place, StatementElements);
        foreach (var principal in element.Members.Where(member => member.Name is "Principal" or "NotPrincipal"))
        {
            Problem($"{place}, {principal.Name}", principal.At,
                "a policy for a role or user has none; take it out (it belongs into the policy of a resource)");
        }

        var sid = element.Find("Sid");
        if (sid is not null && (!sid.IsString || !sid.Text.All(char.IsAsciiLetterOrDigit)))
            Problem($"{place}, Sid", sid.At, $"'{sid.Text}' is no Sid; IAM takes letters and digits (A-Z, a-z, 0-9) only");
        var effect = element.Find("Effect");
        if (effect is null)
            Problem($"{place}, Effect", element.At, "it is missing; write Allow or Deny");
        else if (!effect.IsString || effect.Text is not ("Allow" or "Deny"))
            Problem($"{place}, Effect", effect.At, $"'{effect.Text}' is neither Allow nor Deny (the case matters)");

        var (actions, notAction) = ReadOneOf(element, place, "Action", "NotAction", CheckAction);
        var (resources, notResource) = ReadOneOf(element, place, "Resource", "NotResource", CheckResource);
        return new()
        {
            Number = number,
            Sid = sid?.Text,
            Allow = effect?.Text == "Allow",
            Actions = actions,
            NotAction = notAction,
            Resources = resources,
            NotResource = notResource,
            Conditions = element.Find("Condition") is { } condition
                ? IamConditionReader.Read(condition, $"{place}, Condition", _variables, Problem)
                : [],
            HasVariables = _variables,
        };
    }

    private (IReadOnlyList<string> Values, bool Negated) ReadOneOf(
        PolicyJson statement, string place, string name, string negation, Func<string, string?> problemOf)
    {
        var negated = statement.Find(name) is null;
        var value = statement.Find(name) ?? statement.Find(negation);
        if (value is null)
        {
            Problem($"{place}, {name}", statement.At, "it is missing");
            return ([], false);
        }

        if (!negated && statement.Members.Find(member => member.Name == negation) is { } other)
            Problem($"{place}, {negation}", other.At, $"it stands beside {name}; a statement has one of the two");
        List<PolicyJson> items = value.IsArray ? value.Items : [value];
        var where = $"{place}, {(negated ? negation : name)}";
        if (items.Count == 0)
            Problem(where, value.At, "it is an empty list; name at least one, or write \"*\"");
        foreach (var item in items)
        {
            var problem = item.IsString ? problemOf(item.Text) : $"it holds {item.Kind} where a text belongs";
            if (problem is not null)
                Problem(where, item.At, problem);
        }

        return ([.. items.Select(item => item.Text)], negated);
    }

    // IAM User Guide, "IAM JSON policy elements: Action": a service, a colon, and the name of an action, in which wildcards may stand.
    private static string? CheckAction(string action)
    {
        if (action is "*" or "*:*")
            return null;
        var (service, colon) = (action.Split(':')[0], action.IndexOf(':', StringComparison.Ordinal));
        if (colon < 0)
            return $"'{Shortened(action)}' names no service; an action looks like {RdsDbConnectPolicy.Action}";
        if (service.Length == 0 || !service.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'))
        {
            return service.AsSpan().ContainsAny('*', '?')
                ? $"'{Shortened(action)}' has a wildcard in the service's name, where IAM takes none; write it out, as in"
                + $" {RdsDbConnectPolicy.Action}"
                : $"'{Shortened(action)}' begins with no service's name; an action looks like {RdsDbConnectPolicy.Action}";
        }

        var name = action.AsSpan(colon + 1);
        return name.IsEmpty || name.ContainsAnyExcept(ActionCharacters)
            ? $"'{Shortened(action)}' is no action; after '{service}:' stand letters, digits and wildcards"
            : null;
    }

    // IAM User Guide, "IAM JSON policy elements: Resource", "IAM identifiers".
    private string? CheckResource(string resource)
    {
        if (resource == "*")
            return null;
        var fields = resource.Split(':', 6);
        var shown = Shortened(resource);
        if (fields[0] != "arn" || fields.Length < 3)
            return $"'{shown}' is neither an ARN nor '*'; a database user's is arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE-ID/USER";
        if (fields[2].AsSpan().ContainsAny('*', '?'))
            return $"'{shown}' has a wildcard in place of the service, where IAM takes none; write rds-db";
        if (fields[2].Length == 0)
            return $"'{shown}' names no service; a database user's is rds-db";
        if (_variables && fields.Take(5).Any(field => field.Contains(IamVariable.Start, StringComparison.Ordinal)))
        {
            return Array.Exists(ForeignVariables, start => resource.Contains(start, StringComparison.Ordinal))
                ? $"'{shown}' has a variable of Terraform or a template, which IAM does not know; lint what comes of it (terraform show"
                + " -json PLAN)"
                : $"'{shown}' has a variable before the fifth colon, where IAM takes none; write the region and the account out";
        }

        if (!fields[1].AsSpan().ContainsAny('*', '?') && AwsPartition.FromName(fields[1]) is null)
            return $"'{shown}' is in the partition '{fields[1]}', which is none of {string.Join(", ", AwsPartition.All)}";
        return _variables ? IamVariable.ProblemOf(resource) : null;
    }

    private void CheckElements(PolicyJson json, string place, string[] known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.Members)
        {
            if (!seen.Add(member.Name))
                Problem($"{place}, {member.Name}", member.At, "it stands twice");
            else if (!known.Contains(member.Name, StringComparer.Ordinal))
                Problem(place, member.At, $"'{Shortened(member.Name)}' is no element of it{Spelling.Suggestion(member.Name, known)}");
        }
    }

    private void Problem(string place, int at, string message)
    {
        var line = _utf8.AsSpan(0, at).Count((byte)'\n');
        _problems.Add(new(place, line + 1, ColumnOf(at), message));
    }

    private int StartOfLine(int line)
    {
        var start = 0;
        for (; line > 0; line--)
            start += _utf8.AsSpan(start).IndexOf((byte)'\n') + 1;
        return start;
    }

    private int ColumnOf(int at)
    {
        var before = _utf8.AsSpan(0, Math.Min(at, _utf8.Length));
        return Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
    }

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "…";

    private static readonly System.Buffers.SearchValues<char> ActionCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-*?");
}
