namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads a configuration file of any kind into its values.</summary>
internal static class ConfigurationFile
{
    private const int DeepestFile = 2;

    public static IReadOnlyList<ConfigurationValue> Read(string path, string text) => Read(path, text, 0);

    /// <summary>A JSON document, wherever it stands.</summary>
    public static IReadOnlyList<ConfigurationValue> ReadJson(string text) => Siblings.Relate(JsonValues.Read(text));

    private static List<ConfigurationValue> Read(string path, string text, int depth)
    {
        var kind = FileKinds.Of(path, text);
        var values = new List<ConfigurationValue>(Siblings.Relate(kind switch
        {
            FileKind.Json => JsonValues.Read(text),
            FileKind.Xml => XmlValues.Read(text),
            FileKind.Yaml => YamlValues.Read(text),
            FileKind.Properties => PropertyValues.Read(text),
            FileKind.Terraform => TerraformValues.Read(text),
            FileKind.Dockerfile => DockerfileValues.Read(text),
            _ => [],
        }));
        if (kind == FileKind.Yaml && depth < DeepestFile)
            AddInnerFiles(values, depth);
        if (kind is FileKind.Yaml or FileKind.Dockerfile or FileKind.Script or FileKind.Json)
            values.AddRange(CommandLines.Read(text, kind));
        return values;
    }

    // A ConfigMap holds whole files, a Secret base64.
    private static void AddInnerFiles(List<ConfigurationValue> values, int depth)
    {
        foreach (var value in values.ToArray())
        {
            if (value.Value.IndexOf('\n') > 0 && FileKinds.Of(value.Key) is not (FileKind.None or FileKind.Dockerfile))
                values.AddRange(Read(value.Key, value.Value, depth + 1).Select(value.Outer));
            else if (value.Path.StartsWith("data:", StringComparison.Ordinal) && Decoded(value.Value) is { } decoded)
                values.Add(value with { Value = decoded, IsEncoded = true });
        }
    }

    private static string? Decoded(string value)
    {
        if (value.Length < 16 || value.Length % 4 != 0 || value.IndexOf(' ') >= 0)
            return null;
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(value));
            return ConnectionStringShape.MayMatter(text) || UriPassword.HasScheme(text) ? text : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
