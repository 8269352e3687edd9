using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RdsIamAspire.Cli.Local;

/// <summary>What a program needs in its environment to use the local RDS, and what must not be there.</summary>
/// <param name="Variables">Names and values.</param>
internal sealed record ChildEnvironment(IReadOnlyDictionary<string, string> Variables)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>
    /// Variables that win over AWS_ACCESS_KEY_ID in one SDK or another, so that the real identity would sign in place of the made-up one.
    /// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
    /// </summary>
    public static IReadOnlyList<string> Removed { get; } =
    [
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CREDENTIAL_EXPIRATION",
    ];

    /// <summary>Whether the variables hold credentials made up for a local server, which the real identity must not win over.</summary>
    public bool IsForLocalServer { get; init; } = true;

    /// <summary>Names that no shell can export (<c>ConnectionStrings__orders-db</c>).</summary>
    public IReadOnlyList<string> NotForShells => [.. Variables.Keys.Where(name => !IsShellName(name))];

    /// <summary>The variables as text that the reader can take up.</summary>
    public string Format(ExportFormat format)
    {
        if (format == ExportFormat.Json)
            return JsonSerializer.Serialize(Variables, JsonOptions) + "\n";
        var text = new StringBuilder();
        if (format == ExportFormat.Bash)
            text.Append(CultureInfo.InvariantCulture, $"unset {string.Join(' ', Removed)}\n");
        if (format == ExportFormat.PowerShell)
            text.Append(CultureInfo.InvariantCulture,
                $"Remove-Item -ErrorAction Ignore {string.Join(',', Removed.Select(name => $"Env:{name}"))}\n");
        foreach (var (name, value) in Variables.Where(variable => format != ExportFormat.Bash || IsShellName(variable.Key)))
        {
            text.Append(format switch
            {
                ExportFormat.Bash => $"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'\n",
                ExportFormat.PowerShell => $"$env:{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'\n",
                _ => $"{name}={value}\n",
            });
        }

        return text.ToString();
    }

    private static bool IsShellName(string name) => name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    /// <summary>Puts the variables into a child's environment and takes out what must not be there.</summary>
    public void ApplyTo(IDictionary<string, string?> environment)
    {
        foreach (var name in IsForLocalServer ? Removed : [])
            environment.Remove(name);
        foreach (var (name, value) in Variables)
            environment[name] = value;
    }
}
