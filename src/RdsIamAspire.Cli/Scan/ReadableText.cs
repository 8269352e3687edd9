using System.Text;

namespace RdsIamAspire.Cli.Scan;

/// <summary>A file's text, where it has one.</summary>
internal static class ReadableText
{
    /// <summary>Null, and noted as passed over, when the file is binary or cannot be read.</summary>
    public static string? Of(string path, FolderFiles files)
    {
        try
        {
            // The marks of UTF-16 and UTF-32 are honoured; anything else is UTF-8, and what is not UTF-8 is as good as any byte.
            var text = File.ReadAllText(path, Encoding.UTF8);
            if (!text.Contains('\0', StringComparison.Ordinal))
                return text;
            files.PassedOver.Add($"{files.Relative(path)}: not a text");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            files.PassedOver.Add($"{files.Relative(path)}: {e.GetType().Name}");
        }

        return null;
    }
}
