using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Cli.Scan;

/// <summary>
/// Names findings so that a baseline knows them again when lines have moved: by the rule, the file, and the line's text with everything
/// that was found in the file left out of it, so that nothing can be guessed from the name. Alike ones are counted.
/// </summary>
internal sealed class Fingerprints
{
    private readonly string _path;
    private readonly string _masked;
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

    public Fingerprints(string path, string text, IEnumerable<Diagnostic> found)
    {
        _path = path;
        var masked = new StringBuilder(text);
        foreach (var diagnostic in found)
        {
            var span = diagnostic.Location.SourceSpan;
            for (var i = span.Start; i < span.End && i < masked.Length; i++)
            {
                if (masked[i] is not ('\n' or '\r'))
                    masked[i] = '\u0001';
            }
        }

        _masked = masked.ToString();
    }

    public string Of(Diagnostic diagnostic)
    {
        var line = Squeezed(LineOf(diagnostic.Location.SourceSpan));
        var name = $"{diagnostic.Id}\n{_path}\n{line}";
        var count = _seen[name] = _seen.GetValueOrDefault(name) + 1;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{count}")).AsSpan(0, 16));
    }

    private string LineOf(TextSpan span)
    {
        var start = span.Start == 0 ? 0 : _masked.LastIndexOf('\n', Math.Min(span.Start, _masked.Length) - 1) + 1;
        var end = _masked.IndexOf('\n', Math.Min(span.Start, _masked.Length));
        return _masked[start..(end < 0 ? _masked.Length : end)];
    }

    // Neither the length of what was found nor the indentation counts.
    private static string Squeezed(string line)
    {
        var squeezed = new StringBuilder(line.Length);
        foreach (var c in line.Trim())
        {
            var next = char.IsWhiteSpace(c) ? ' ' : c;
            if (next is not (' ' or '\u0001') || squeezed.Length == 0 || squeezed[^1] != next)
                squeezed.Append(next);
        }

        return squeezed.ToString();
    }
}
