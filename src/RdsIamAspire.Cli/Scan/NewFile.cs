using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Scan;

/// <summary>A file that is there whole or not at all.</summary>
internal static class NewFile
{
    /// <summary>Writes a text beside the file and renames it.</summary>
    /// <exception cref="ToolException">The folder is not there or may not be written to.</exception>
    public static void Write(string path, string text)
    {
        var beside = $"{path}.{Environment.ProcessId}.new";
        try
        {
            File.WriteAllText(beside, text);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ToolException.Missing($"'{path}' cannot be written: {e.Message}", e);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
