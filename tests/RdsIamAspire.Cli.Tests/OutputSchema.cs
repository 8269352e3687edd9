using System.Text.Json.Nodes;
using NJsonSchema;

namespace RdsIamAspire.Cli.Tests;

/// <summary>docs/rds-iam.output.schema.json: what each command writes with <c>--json</c>.</summary>
internal static class OutputSchema
{
    private static readonly string[] Groups = ["ca", "server"];
    private static readonly string[] Variants = ["--why", "--apphost", "--names", "--lint", "--apply", "--dry-run"];

    private static readonly Lazy<JsonSchema> Whole = new(() => JsonSchema.FromJsonAsync(Closed()).GetAwaiter().GetResult());

    /// <summary>The names of its definitions: of each command, and of what these have in common.</summary>
    public static IEnumerable<string> Definitions => Whole.Value.Definitions.Keys;

    /// <summary>Checks what a command line wrote, where it asked for JSON and got some.</summary>
    public static void Check(IReadOnlyList<string> arguments, ToolResult result)
    {
        var own = arguments.TakeWhile(word => word != "--").ToList();
        if (own.Contains("--json") && result.Output.TrimStart() is ['{' or '[', ..] && own.Count == arguments.Count)
            Check(NameOf(own), result.Output);
    }

    /// <summary>Checks a text against the definition of a name.</summary>
    public static void Check(string name, string json)
    {
        Assert.True(Whole.Value.Definitions.TryGetValue(name, out var definition), $"the schema has no definition of '{name}'");
        var errors = definition.Validate(json);
        Assert.True(errors.Count == 0, $"'{name}' is not as its schema says: {string.Join("; ", errors)}\n{json}");
    }

    /// <summary>The definition of a command line: <c>doctor --why</c>, <c>ca show</c>.</summary>
    public static string NameOf(IReadOnlyList<string> arguments)
    {
        var words = Groups.Contains(arguments[0]) ? $"{arguments[0]} {arguments[1]}" : arguments[0];
        var variant = Variants.FirstOrDefault(arguments.Contains)?.Replace("--dry-run", "--apply", StringComparison.Ordinal);
        return variant is null ? words : $"{words} {variant}";
    }

    // The file lets later versions add properties; this version has no other ones than it says.
    private static string Closed()
    {
        var root = JsonNode.Parse(File.ReadAllText(Repository.File("docs", "rds-iam.output.schema.json")))!;
        Close(root);
        return root.ToJsonString();
    }

    private static void Close(JsonNode? node)
    {
        if (node is JsonObject { } one)
        {
            if (one["properties"] is JsonObject && one["type"] is JsonValue)
                one["additionalProperties"] = false;
            foreach (var (_, inner) in one.ToList())
                Close(inner);
        }
        else if (node is JsonArray many)
        {
            foreach (var inner in many)
                Close(inner);
        }
    }
}
