namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>A copy of the application Shop with a migration that the real <c>dotnet ef</c> made without a database.</summary>
public sealed class MigratedShop : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = new(Path.Combine(Programs.Folder, $"Shop-{Guid.NewGuid():N}"));

    public string Folder => _folder.FullName;

    /// <summary>What <c>dotnet ef migrations add</c> said.</summary>
    public string Added { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Programs.RunAsync(Programs.Folder, "dotnet", ["tool", "restore"]);
        // A copy, as a migration becomes part of its project.
        _folder.Create();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Programs.Folder, "Shop")))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        Added = await EfAsync(["migrations", "add", "First"]);
        // Once with the migration in it: what follows takes --no-build.
        await EfAsync(["migrations", "list"]);
    }

    public Task<string> EfAsync(string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Programs.RunAsync(Folder, "dotnet", ["ef", .. arguments], environment);

    public ValueTask DisposeAsync()
    {
        if (_folder.Exists)
            _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
