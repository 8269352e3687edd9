namespace RdsIamAspire.Tests;

/// <summary>An empty folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("rds-iam-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
