using System.Xml;
using System.Xml.Linq;

namespace RdsIamAspire.Dev;

/// <summary>
/// What was found out about the feed, as a file that Directory.Build.props imports and git ignores: so plain <c>dotnet build</c>, <c>dotnet
/// test</c>, <c>dotnet format</c> and an IDE work in the same checkout after the first command.
/// </summary>
internal static class FeedFile
{
    internal const string Name = ".feed.props";

    /// <summary>What was found out; null where nothing was, or the file cannot be read.</summary>
    internal static Feed? Read(string root)
    {
        var path = Path.Combine(root, Name);
        if (!File.Exists(path)) return null;
        try
        {
            var properties = XDocument.Load(path)
                .Descendants("PropertyGroup")
                .Elements()
                .ToDictionary(static e => e.Name.LocalName, static e => e.Value);
            return properties.TryGetValue(nameof(Feed.AwsSdkRds), out var rds) && bool.TryParse(rds, out var hasRds)
                && properties.TryGetValue(nameof(Feed.AspireEnvironments), out var environments)
                && bool.TryParse(environments, out var hasEnvironments)
                ? new Feed(hasRds, hasEnvironments)
                : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    internal static void Write(string root, Feed feed)
    {
        var made = Path.Combine(root, $"{Name}.{Guid.NewGuid():N}");
        File.WriteAllText(made, $"""
            <Project>
              <!-- Written by dev.cs, which looked at this NuGet feed once. To look again: dotnet run dev.cs feed -->
              <PropertyGroup>
                <AwsSdkRds Condition="'$(AwsSdkRds)' == ''">{(feed.AwsSdkRds ? "true" : "false")}</AwsSdkRds>
                <AspireEnvironments Condition="'$(AspireEnvironments)' == ''">{(feed.AspireEnvironments ? "true" : "false")}</AspireEnvironments>
              </PropertyGroup>
            </Project>

            """);
        File.Move(made, Path.Combine(root, Name), overwrite: true);
    }

    internal static void Delete(string root) => File.Delete(Path.Combine(root, Name));
}
