namespace RdsIamAspire.Cli.CommandLine;

/// <summary>A file that the command line names. One that is not there ends every command in the same way.</summary>
internal static class InputFile
{
    /// <summary>That it is there, and a file.</summary>
    /// <param name="option">The option that names it, for the message.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ToolException">It is not there, or a folder.</exception>
    public static void Require(string option, string path)
    {
        if (Directory.Exists(path))
            throw ToolException.Missing($"{option} '{path}' is a folder, not a file");
        if (!File.Exists(path))
            throw ToolException.Missing($"{option} '{path}' does not exist");
    }

    /// <summary>Its text; <c>-</c> is stdin.</summary>
    /// <exception cref="ToolException">It is not there, a folder, or cannot be read.</exception>
    public static async Task<string> ReadAsync(string option, string path, CancellationToken cancellationToken)
    {
        if (path == "-")
            return await Console.In.ReadToEndAsync(cancellationToken);

        // A pipe that a shell made of <(…) exists and is no ordinary file; it is read as it comes.
        Require(option, path);
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (UnauthorizedAccessException e)
        {
            throw ToolException.Missing($"{option} '{path}' cannot be read: {e.Message}", e);
        }
    }
}
