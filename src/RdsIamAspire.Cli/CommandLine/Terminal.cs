using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>What a command writes: results on stdout, everything said to the person on stderr.</summary>
internal static class Terminal
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NewLine = "\n",
    };

    private static bool _saysJson;

    /// <summary>From now on each line is a JSON object, for what collects logs.</summary>
    public static void SayAsJson() => _saysJson = true;

    /// <summary>
    /// One line for the person, with the program's name before it because a child may write to the same place. Whatever stands in it, it is
    /// shown as
    /// <see cref="ShownText"/> does. Where stderr is closed nobody is told, and the command goes on.
    /// </summary>
    public static void Say(string line, string level = "info") => Show(_saysJson
        ? $"{JsonSerializer.Serialize(new { time = DateTimeOffset.UtcNow, level, message = ShownText.Of(line) }, LineOptions)}\n"
        : $"rds-iam: {ShownText.Of(line)}\n");

    /// <summary>Text for the person as it stands, for example a question; like <see cref="Say"/> it never fails.</summary>
    public static void Show(string text)
    {
        try
        {
            Console.Error.Write(text.ReplaceLineEndings());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Closed, or a full disk behind it.
        }
    }

    private static readonly JsonSerializerOptions LineOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether lines are JSON, which has a time of its own.</summary>
    public static bool SaysJson => _saysJson;

    /// <summary>A result as JSON.</summary>
    public static void WriteJson<T>(T value) => Console.Out.WriteLine(Json(value));

    /// <summary>A value as the tool writes JSON: names in camel case, indented.</summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value, JsonOptions);

    /// <summary>A point in time as the tool writes it: UTC, to the second.</summary>
    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
