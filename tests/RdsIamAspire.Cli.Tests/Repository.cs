namespace RdsIamAspire.Cli.Tests;

/// <summary>The checkout that the tests are of.</summary>
internal static class Repository
{
    /// <summary>The path of one of its files.</summary>
    public static string File(params string[] path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(root.FullName, "RdsIamAspire.sln")))
            root = root.Parent!;
        return Path.Combine([root.FullName, .. path]);
    }
}
