using System.Diagnostics;

namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>The real <c>dotnet ef</c> on an application of one line: with and without a database.</summary>
public sealed class DotnetEfTests(SharedRds shared)
{
    private static readonly string Folder = FindFolder();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_are_made_without_a_database_and_applied_to_one_that_asks_for_tokens()
    {
        await RunAsync(Folder, "dotnet", ["tool", "restore"], null);
        // A copy, as a migration becomes part of its project.
        var shop = Directory.CreateDirectory(Path.Combine(Folder, $"Shop-{Guid.NewGuid():N}"));
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "Shop")))
                File.Copy(file, Path.Combine(shop.FullName, Path.GetFileName(file)));
            Assert.Contains("Done.", await EfAsync(shop, ["migrations", "add", "First"]));
            Assert.Contains("CREATE TABLE `Orders`", await EfAsync(shop, ["migrations", "script"]));
            Assert.Contains("No changes", await EfAsync(shop, ["migrations", "has-pending-model-changes", "--no-build"]));

            await using var database = await shared.CreateDatabaseAsync(Stop);
            var environment = shared.Rds.GetEnvironment("orders", database.User, database.Name);
            Assert.Contains("First (Pending)", await EfAsync(shop, ["migrations", "list", "--no-build"], environment));
            Assert.Contains("Done.", await EfAsync(shop, ["database", "update", "--no-build"], environment));
            Assert.DoesNotContain("Pending", await EfAsync(shop, ["migrations", "list", "--no-build"], environment));
            Assert.Equal("0", (await RunAsync(shop.FullName, "dotnet", ["run", "--no-build"], environment)).Trim());
        }
        finally
        {
            shop.Delete(recursive: true);
        }
    }

    private static Task<string> EfAsync(
        DirectoryInfo project, string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        RunAsync(project.FullName, "dotnet", ["ef", .. arguments], environment);

    private static async Task<string> RunAsync(
        string folder, string program, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        // The tool is built for an older runtime than this machine has.
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        start.Environment["Logging__LogLevel__Default"] = "None";
        // What the application refers to is built already, perhaps by someone at this moment.
        start.Environment["BuildProjectReferences"] = "false";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            var said = await output + await error;
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
            return said;
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string FindFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RdsIamAspire.EntityFrameworkCore.Tests.csproj")))
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"The tests' sources are not above {AppContext.BaseDirectory}.");
        return folder;
    }
}
