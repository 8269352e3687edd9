namespace RdsIamAspire;

/// <summary>Writes a file that another process may be reading: it appears whole or not at all.</summary>
internal static class AtomicFile
{
    internal static void Write(string path, string text)
    {
        var part = PartOf(path);
        File.WriteAllText(part, text);
        File.Move(part, path, overwrite: true);
    }

    internal static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var part = PartOf(path);
        await File.WriteAllTextAsync(part, text, cancellationToken).ConfigureAwait(false);
        File.Move(part, path, overwrite: true);
    }

    private static string PartOf(string path) => $"{path}.{Guid.NewGuid():N}.part";
}
