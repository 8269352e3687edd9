using System.Diagnostics;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>Whether this machine has what a test needs. A test that it lacks something for is skipped, and says what.</summary>
internal static class ThisMachine
{
    public static async Task HasMySqlImageAsync() => await HasAsync(LocalMySqlServerKind.Docker);

    public static async Task HasMysqldAsync() => await HasAsync(LocalMySqlServerKind.Mysqld);

    public static async Task HasAServerAsync() => await HasAsync(LocalMySqlServerKind.Auto);

    /// <summary>A test of a machine without a container engine asks for Podman, where that is not there.</summary>
    public static void HasNoPodman() =>
        Assert.SkipWhen(
            (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(
                static folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "podman.exe" : "podman"))),
            "Podman is installed here, and the test needs an engine that is not there.");

    /// <summary>Whether the NuGet feed has a package, in some version of Aspire's present line.</summary>
    public static async Task<bool> HasPackageAsync(string package)
    {
        var folder = Directory.CreateTempSubdirectory("rds-iam-probe-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "probe.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
                  <ItemGroup><PackageReference Include="{package}" Version="13.*-*" /></ItemGroup>
                </Project>
                """,
                TestContext.Current.CancellationToken);
            using var restore = Process.Start(new ProcessStartInfo("dotnet", ["restore", folder.FullName, "-v", "q"])
            {
                RedirectStandardOutput = true,
            })!;
            await restore.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await restore.WaitForExitAsync(TestContext.Current.CancellationToken);
            return restore.ExitCode == 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The image that is taken here.</summary>
    public static async Task<string> MySqlImageAsync()
    {
        var found = await LocalMySqlServer.FindAsync(
            new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Docker }, TestContext.Current.CancellationToken);
        return found.First(static c => c.IsUsable).Description.Split(' ')[^1];
    }

    /// <summary>Has a container that the AppHost did not get from RunAsContainer run the image of this machine.</summary>
    public static void UseItsImage<T>(IResourceBuilder<T> container)
        where T : ContainerResource =>
        container.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>(async (_, cancellationToken) =>
        {
            var image = container.Resource.Annotations.OfType<ContainerImageAnnotation>().Last();
            var found = await LocalMySqlServer.FindAsync(
                new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Docker }, cancellationToken);
            var name = found.First(static c => c.IsUsable).Description.Split(' ')[^1].Split(':');
            (image.Registry, image.Image, image.Tag) = (null, name[0], name[1]);
        });

    private static async Task HasAsync(LocalMySqlServerKind kind)
    {
        var candidates = await LocalMySqlServer.FindAsync(
            new LocalMySqlServerOptions { Kind = kind }, TestContext.Current.CancellationToken);
        if (!candidates.Any(static c => c.IsUsable))
        {
            Assert.Skip(
                $"No MySQL server to be had here ({kind}): "
                    + $"{string.Join(" ", candidates.Select(static c => $"{c.Description}: {c.Problem}"))}");
        }
    }
}
