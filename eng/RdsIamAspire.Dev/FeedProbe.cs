using System.Xml.Linq;

namespace RdsIamAspire.Dev;

/// <summary>Finds out what the NuGet feed has, by restoring an empty project: once per checkout, never guessed.</summary>
internal static class FeedProbe
{
    /// <summary>What the feed has: what was found out before, what the environment says, else what restores.</summary>
    internal static async Task<Feed> FindAsync(Shell shell)
    {
        var known = FeedFile.Read(shell.Root);
        var versions = Versions.Read(shell.Path("Directory.Packages.props"));
        var rds = AskedFor(nameof(Feed.AwsSdkRds)) ?? known?.AwsSdkRds;
        var environments = AskedFor(nameof(Feed.AspireEnvironments)) ?? known?.AspireEnvironments;
        if (rds is null || environments is null) Shell.Say("feed", "looking at what the NuGet feed has");
        var hasRds = rds is { } r ? Task.FromResult(r) : RestoresAsync(shell, ["AWSSDK.RDS"], versions);
        var hasEnvironments = environments is { } e
            ? Task.FromResult(e)
            : RestoresAsync(shell, ["Aspire.Hosting.Docker", "Aspire.Hosting.Kubernetes"], versions);
        var feed = new Feed(await hasRds.ConfigureAwait(false), await hasEnvironments.ConfigureAwait(false));
        if (feed != known) FeedFile.Write(shell.Root, feed);
        Shell.Say("AWSSDK.RDS", feed.AwsSdkRds
            ? "is on the NuGet feed: tokens are made by AWS's own generator"
            : "is not on this NuGet feed (or AwsSdkRds=false): tokens are made by AWSSDK.Core's presigner");
        return feed;
    }

    /// <summary>The project whose restore is the question.</summary>
    internal static string Project(IEnumerable<string> packages, IReadOnlyDictionary<string, string> versions) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
          <ItemGroup>{string.Concat(packages.Select(p => $"""<PackageReference Include="{p}" Version="{versions[p]}" />"""))}</ItemGroup>
        </Project>
        """;

    private static bool? AskedFor(string name) => bool.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : null;

    private static async Task<bool> RestoresAsync(Shell shell, string[] packages, IReadOnlyDictionary<string, string> versions)
    {
        // Inside the checkout, where its NuGet configuration holds, and out of reach of its build files.
        var folder = shell.Path("artifacts", $"feed-probe-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            foreach (var file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
                await File.WriteAllTextAsync(Path.Combine(folder, file), "<Project />", shell.Stop).ConfigureAwait(false);
            var project = Path.Combine(folder, "probe.csproj");
            await File.WriteAllTextAsync(project, Project(packages, versions), shell.Stop).ConfigureAwait(false);
            return await shell.RunAsync("dotnet", ["restore", project, "--nologo", "-v", "q"], static _ => { }).ConfigureAwait(false) == 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>The versions in Directory.Packages.props.</summary>
internal static class Versions
{
    internal static IReadOnlyDictionary<string, string> Read(string path)
    {
        var file = XDocument.Load(path);
        var properties =
            file.Descendants("PropertyGroup").Elements().ToDictionary(static e => $"$({e.Name.LocalName})", static e => e.Value);
        return file.Descendants("PackageVersion").Where(static e => e.Attribute("Include") is not null).ToDictionary(
            static e => (string)e.Attribute("Include")!,
            e => properties.Aggregate(
                (string)e.Attribute("Version")!,
                static (version, p) => version.Replace(p.Key, p.Value, StringComparison.Ordinal)));
    }
}
