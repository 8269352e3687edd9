namespace RdsIamAspire.Provisioning.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("rds-iam-provisioning-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
