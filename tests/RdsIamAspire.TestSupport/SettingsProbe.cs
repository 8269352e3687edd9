using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace RdsIamAspire.TestSupport;

/// <summary>Settings are read by name and without reflection: this finds a setting that nobody reads.</summary>
public static class SettingsProbe
{
    /// <summary>The settings of simple types that a section cannot set.</summary>
    public static IEnumerable<string> Unread<T>(Action<IConfiguration, T> read)
        where T : new()
    {
        foreach (var property in typeof(T).GetProperties().Where(p => p.SetMethod is { IsPublic: true }))
        {
            var (text, value) = Example(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            if (text is null)
                continue;
            var settings = new T();
            read(new ConfigurationBuilder().AddInMemoryCollection([new(property.Name, text)]).Build(), settings);
            if (!Equals(property.GetValue(settings), value))
                yield return property.Name;
        }
    }

    private static (string? Text, object? Value) Example(Type type) => type switch
    {
        _ when type == typeof(string) => ("words", "words"),
        _ when type == typeof(bool) => ("true", true),
        _ when type == typeof(int) => ("4711", 4711),
        _ when type == typeof(TimeSpan) => ("00:00:07", TimeSpan.Parse("00:00:07", CultureInfo.InvariantCulture)),
        _ when type == typeof(IPAddress) => ("127.0.0.9", IPAddress.Parse("127.0.0.9")),
        _ => (null, null),
    };
}
