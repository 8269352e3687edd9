namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads a configuration file of any kind into its values.</summary>
internal static class ConfigurationFile
{
    public static IEnumerable<ConfigurationValue> Read(string path, string text) => FileKinds.Of(path, text) switch
    {
        FileKind.Json => JsonValues.Read(text),
        FileKind.Xml => XmlValues.Read(text),
        FileKind.Yaml => YamlValues.Read(text),
        FileKind.Env => EnvValues.Read(text),
        FileKind.Properties or FileKind.Terraform => PropertyValues.Read(text),
        FileKind.Dockerfile => DockerfileValues.Read(text),
        _ => [],
    };
}
