using System.Text.Json;

namespace RdsIamAspire.Emulator;

/// <summary>An identity-based policy, as far as <c>rds-db:connect</c> needs it.</summary>
/// <remarks>Source: IAM User Guide, "IAM JSON policy element reference", "Policy evaluation logic".</remarks>
internal sealed record IamPolicy(IReadOnlyList<IamStatement> Statements)
{
    /// <exception cref="FormatException">The text is not a policy; the message says why.</exception>
    public static IamPolicy Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Disallow });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("A policy is a JSON object with Version and Statement.");
            if (!document.RootElement.TryGetProperty("Statement", out var statement))
                throw new FormatException("The policy has no Statement.");
            var elements = statement.ValueKind == JsonValueKind.Array ? [.. statement.EnumerateArray()] : new[] { statement };
            return new IamPolicy([.. elements.Select((element, index) => IamStatement.Parse(element, index + 1))]);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The policy is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.", exception);
        }
    }
}

/// <summary>One statement of a policy.</summary>
internal sealed record IamStatement
{
    /// <summary>Its Sid, else its number in the policy.</summary>
    public required string Name { get; init; }
    public required bool Allow { get; init; }
    public required IReadOnlyList<string> Actions { get; init; }
    public required bool NotAction { get; init; }
    public required IReadOnlyList<string> Resources { get; init; }
    public required bool NotResource { get; init; }

    /// <summary>The condition keys that it names; empty without a Condition.</summary>
    public required IReadOnlyList<string> ConditionKeys { get; init; }

    public static IamStatement Parse(JsonElement element, int number)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new FormatException($"Statement {number} is not an object.");
        if (element.TryGetProperty("Principal", out _) || element.TryGetProperty("NotPrincipal", out _))
            throw new FormatException($"Statement {number} has a Principal: that is for resource-based policies; rds-db:connect is granted by identity-based ones, which have none.");

        var allow = element.TryGetProperty("Effect", out var effect) && effect.ValueKind == JsonValueKind.String ? effect.GetString() : null;
        if (allow is not ("Allow" or "Deny"))
            throw new FormatException($"Statement {number} has no Effect 'Allow' or 'Deny' (the case matters).");

        var (actions, notAction) = OneOf(element, number, "Action", "NotAction");
        var (resources, notResource) = OneOf(element, number, "Resource", "NotResource");
        return new IamStatement
        {
            Name = element.TryGetProperty("Sid", out var sid) && sid.ValueKind == JsonValueKind.String && sid.GetString() is { Length: > 0 } name ? $"'{name}'" : $"{number}",
            Allow = allow == "Allow",
            Actions = actions,
            NotAction = notAction,
            Resources = resources,
            NotResource = notResource,
            ConditionKeys = element.TryGetProperty("Condition", out var condition) && condition.ValueKind == JsonValueKind.Object
                ? [.. condition.EnumerateObject().Where(test => test.Value.ValueKind == JsonValueKind.Object).SelectMany(test => test.Value.EnumerateObject()).Select(key => key.Name)]
                : [],
        };
    }

    private static (IReadOnlyList<string> Values, bool Negated) OneOf(JsonElement element, int number, string name, string negation)
    {
        if (element.TryGetProperty(name, out var value))
            return (Texts(value, number, name), false);
        if (element.TryGetProperty(negation, out value))
            return (Texts(value, number, negation), true);
        throw new FormatException($"Statement {number} has no {name}.");
    }

    private static List<string> Texts(JsonElement value, int number, string name)
    {
        var elements = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
        if (elements.Length == 0 || elements.Any(item => item.ValueKind != JsonValueKind.String))
            throw new FormatException($"{name} of statement {number} is not a text or a list of texts.");
        return [.. elements.Select(item => item.GetString()!)];
    }
}
