using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// The statement of an init file that a container ended on: its image's entrypoint names the file as it begins with it, and the mysql
/// client the line. The statement is read from the AppHost's own copy of the file.
/// </summary>
internal static partial class InitFileError
{
    /// <summary>Where MySQL's image looks for them ("Initializing a fresh instance", mysql on Docker Hub).</summary>
    internal const string Folder = "/docker-entrypoint-initdb.d";

    /// <returns>File, line, what the server says, and the statement; <see langword="null"/> where it ended on something else.</returns>
    internal static string? Find(IEnumerable<string> log, IResource container)
    {
        // Output and errors are two streams, so that the order of their lines says nothing; the first error ends the entrypoint.
        string[] lines = [.. log];
        var running = lines.Select(static line => RunningPattern().Match(line)).LastOrDefault(static match => match.Success);
        var error = lines.Select(static line => ErrorPattern().Match(line)).LastOrDefault(static match => match.Success);
        if (running is null || error is null)
        {
            return null;
        }

        var file = running.Groups["file"].Value;
        return Describe(
            SourceOf(file, container),
            file,
            int.Parse(error.Groups["line"].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(error.Groups["number"].ValueSpan, CultureInfo.InvariantCulture),
            error.Groups["message"].Value.Trim());
    }

    private static string Describe(string? source, string file, int line, int number, string message)
    {
        var statement = source is null ? null : StatementAt(source, line);
        var name = source ?? file;
        return statement is null
            ? string.Create(CultureInfo.InvariantCulture, $"{name}:{line}: {message} ({number})")
            : InitScriptException.Describe(name, line, statement, number, message);
    }

    /// <summary>The file on this machine; null where it is not one of <c>WithInitFiles</c>.</summary>
    private static string? SourceOf(string file, IResource container)
    {
        var name = file[(Folder.Length + 1)..];
        foreach (var files in container.Annotations.OfType<RdsInitFilesAnnotation>())
        {
            var path = Directory.Exists(files.Source) ? Path.Combine(files.Source, name) : files.Source;
            if (Path.GetFileName(path) == name && File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static string? StatementAt(string path, int line)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream content =
                path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(content);
            return SqlScript.Split(reader.ReadToEnd()).LastOrDefault(s => s.Line <= line).Text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException
            or InvalidDataException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"running (?<file>/docker-entrypoint-initdb\.d/\S+)")]
    private static partial Regex RunningPattern();

    /// <remarks>"ERROR 1146 (42S02) at line 3: …", as the mysql client writes it (client/mysql.cc, put_info).</remarks>
    [GeneratedRegex(@"ERROR (?<number>\d+) \(\w+\) at line (?<line>\d+)[^:]*: (?<message>.+)")]
    private static partial Regex ErrorPattern();
}
