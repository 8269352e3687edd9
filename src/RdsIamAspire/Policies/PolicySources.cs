using System.Text.Json;

namespace RdsIamAspire;

/// <summary>
/// The policies in what people have: a policy as it is; the output of <c>aws iam get-role-policy</c>, <c>get-policy-version</c> and their
/// like, also a
/// list of several; a CloudFormation template in JSON; a Terraform plan in JSON.
/// </summary>
internal static class PolicySources
{
    // A role's trust policy says who may take the role, not what the role may do.
    private static readonly string[] Trust = ["AssumeRolePolicyDocument", "assume_role_policy"];

    /// <summary>Each policy with the path that leads to it; the text itself, with no path, when it is one or none is found in it.</summary>
    public static IReadOnlyList<(string Path, string Text)> Find(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text.TrimStart('\uFEFF'));
            if (IsPolicy(json.RootElement))
                return [("", text)];
            var found = new List<(string Path, string Text)>();
            Search(json.RootElement, "", found);
            return found.Count == 0 ? [("", text)] : [.. found.DistinctBy(policy => policy.Text)];
        }
        catch (JsonException)
        {
            return [("", text)];
        }
    }

    /// <summary>What a text that is no JSON seems to be, and what to do with it; null when there is nothing to say.</summary>
    public static string? OtherLanguage(string text)
    {
        var first = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (first.StartsWith("resource ", StringComparison.Ordinal) || first.StartsWith("data ", StringComparison.Ordinal)
            || first.Contains("jsonencode(", StringComparison.Ordinal))
        {
            return "it looks like Terraform's HCL; give the plan as JSON: terraform show -json PLAN > plan.json";
        }

        var yaml = first.StartsWith("---", StringComparison.Ordinal)
            || first.StartsWith("AWSTemplateFormatVersion:", StringComparison.Ordinal)
            || (first.Length > 0 && first[0] is not ('{' or '[' or '"') && first.Split('\n')[0].TrimEnd().EndsWith(':'))
            || first.StartsWith("Version:", StringComparison.Ordinal);
        return yaml ? "it looks like YAML, and IAM takes JSON; convert it (a CloudFormation template: cfn-flip, or 'rain fmt --json')"
            : null;
    }

    private static void Search(JsonElement element, string path, List<(string Path, string Text)> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when IsPolicy(element):
                found.Add((path, element.GetRawText()));
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if (!Trust.Contains(member.Name, StringComparer.Ordinal))
                        Search(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", found);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (item, index) in element.EnumerateArray().Select((item, index) => (item, index)))
                    Search(item, $"{path}[{index}]", found);
                break;
            case JsonValueKind.String when InText(element.GetString()!) is { } policy:
                found.Add((path, policy));
                break;
        }
    }

    // Terraform has a policy as a text, the IAM API as a URL-encoded one.
    private static string? InText(string text)
    {
        if (text.StartsWith("%7B", StringComparison.OrdinalIgnoreCase))
            text = Uri.UnescapeDataString(text);
        if (!text.TrimStart().StartsWith('{') || !text.Contains("Statement", StringComparison.Ordinal))
            return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            return IsPolicy(json.RootElement) ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsPolicy(JsonElement element) => element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("Statement", out var statement) && statement.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
}
