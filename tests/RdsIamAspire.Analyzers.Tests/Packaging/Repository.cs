namespace RdsIamAspire.Analyzers.Tests.Packaging;

/// <summary>Where this repository is checked out.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RdsIamAspire.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException(
            "The tests read docs/rules and pack the analyzers: run them from a checkout of the repository.");
    }
}
