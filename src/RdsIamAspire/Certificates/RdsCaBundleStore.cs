namespace RdsIamAspire;

/// <summary>Which bundle is in force on this machine: the user's own file, else the one that <c>rds-iam ca update</c> brought in, else the embedded one.</summary>
public static class RdsCaBundleStore
{
    /// <summary>The environment variable that names the user's own bundle, a PEM file.</summary>
    public const string EnvironmentVariable = "RDS_IAM_CA_BUNDLE";

    /// <summary>Where <c>rds-iam ca update</c> keeps AWS's newest bundle.</summary>
    public static string UpdatedBundlePath { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "rds-iam", "global-bundle.pem");

    internal static string CacheFolder { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? home : Path.GetTempPath(), "rds-iam", "ca");

    /// <summary>The bundle in force.</summary>
    /// <param name="ownFile">The user's own PEM file; it wins over everything. Null takes <see cref="EnvironmentVariable"/>.</param>
    /// <exception cref="FormatException">The file has no readable certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RdsCaBundle Load(string? ownFile = null)
    {
        ownFile ??= Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (!string.IsNullOrWhiteSpace(ownFile))
            return RdsCaBundle.Load(ownFile);
        return File.Exists(UpdatedBundlePath) ? RdsCaBundle.Load(UpdatedBundlePath) : RdsCaBundle.Embedded;
    }
}
