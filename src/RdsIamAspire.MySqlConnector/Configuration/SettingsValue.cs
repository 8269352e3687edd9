using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace RdsIamAspire.Configuration;

/// <summary>Values of a configuration section, read without reflection; null where there is none.</summary>
internal static class SettingsValue
{
    internal static int? Number(IConfiguration section, string key) => section[key] is not { Length: > 0 } text
        ? null
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(section, key, text,
            "a number such as 3306");

    internal static TimeSpan? Time(IConfiguration section, string key) => section[key] is not { Length: > 0 } text
        ? null
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(section, key, text, "a time such "
            + "as 00:00:05");

    internal static bool? Flag(IConfiguration section, string key) => section[key] is not { Length: > 0 } text
        ? null
        : bool.TryParse(text, out var value) ? value : throw Wrong(section, key, text, "true or false");

    internal static InvalidOperationException Wrong(IConfiguration section, string key, string text, string expected)
    {
        var path = (section as IConfigurationSection)?.Path is { Length: > 0 } place ? $"{place}:{key}" : key;
        return new InvalidOperationException($"The setting '{path}' is '{text}'; it takes {expected}.");
    }
}
