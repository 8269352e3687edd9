using System.Data.Common;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Redirection;

/// <summary>One part of somebody's connection string, read when it is asked for. User and password are never read.</summary>
internal sealed class ConnectionStringPart(IResourceWithConnectionString source, string part) : IValueProvider, IManifestExpressionProvider
{
    internal const string Host = "host";
    internal const string Port = "port";
    internal const string Database = "database";

    /// <summary>
    /// The names that MySQL drivers give the parts (MySqlConnector, "Connection Options"; MySQL Connector/NET Developer Guide,
    /// "Connector/NET Connection Options Reference").
    /// </summary>
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        [Host] = ["Server", "Host", "Data Source", "DataSource", "Address", "Addr", "Network Address"],
        [Port] = ["Port"],
        [Database] = ["Database", "Initial Catalog"],
    };

    /// <summary>The connection string's name in the AppHost.</summary>
    internal string SourceName => source.Name;

    string IManifestExpressionProvider.ValueExpression => $"{{{source.Name}.{part}}}";

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        Read(await source.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false), part)
        ?? throw new DistributedApplicationException(
            $"The connection string '{source.Name}' names no {part}. Give it one of: {string.Join(", ", Keys[part])}.");

    /// <summary>Reads a part; the port is 3306 where none is written.</summary>
    internal static string? Read(string? connectionString, string part)
    {
        DbConnectionStringBuilder parts;
        try
        {
            parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException)
        {
            // The exception quotes the text, which may hold a password.
            throw new DistributedApplicationException("A connection string is not of the form key=value;key=value.");
        }

        foreach (var key in Keys[part])
        {
            if (parts.TryGetValue(key, out var value) && value is string { Length: > 0 } text)
            {
                return text;
            }
        }

        return part == Port ? "3306" : null;
    }
}
