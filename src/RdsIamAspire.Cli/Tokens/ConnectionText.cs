using System.Data.Common;
using System.Globalization;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tokens;

/// <summary>
/// Host, port and user of a connection string as programs have it: ADO.NET's, a <c>mysql://</c> or a <c>jdbc:mysql://</c> one. Its password
/// is not read.
/// </summary>
internal sealed record ConnectionText(string? Host, int? Port, string? User)
{
    private static readonly string[] CaNames = ["SSL CA", "SslCa", "CA Certificate File", "CACertificateFile"];
    private static readonly string[] PasswordNames = ["Password", "Pwd"];
    private static readonly string[] HostNames = ["Server", "Host", "Data Source", "DataSource", "Address", "Addr", "Network Address"];
    private static readonly string[] UserNames = ["User ID", "UserID", "Username", "Uid", "User name", "User"];

    /// <summary>The CA file that it names; null for none.</summary>
    public string? CaFile { get; init; }

    /// <summary>Whether it has a password.</summary>
    public bool HasPassword { get; init; }

    /// <exception cref="ToolException">It is none; the text itself, which may hold a password, is not repeated.</exception>
    public static ConnectionText Read(string text)
    {
        text = text.Trim();
        if (text.Contains("X-Amz-Signature", StringComparison.OrdinalIgnoreCase))
            throw ToolException.Usage("that is a token, not an endpoint or a connection string; 'rds-iam explain' reads it");
        if (text.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase))
            text = text["jdbc:".Length..];
        return text.Contains("://", StringComparison.Ordinal) ? ReadUri(text) : ReadPairs(text);
    }

    private static ConnectionText ReadUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw ToolException.Usage("the connection string is no URI such as mysql://user@host:3306/database");
        var user = Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&'))
        {
            if (pair.StartsWith("user=", StringComparison.OrdinalIgnoreCase))
                user = Uri.UnescapeDataString(pair["user=".Length..]);
        }

        return new(uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : null, user.Length == 0 ? null : user)
        {
            HasPassword = uri.UserInfo.Contains(':', StringComparison.Ordinal)
                || uri.Query.Contains("password=", StringComparison.OrdinalIgnoreCase),
        };
    }

    private static ConnectionText ReadPairs(string text)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = text };
            var port = Find(pairs, ["Port"]);
            return new(Find(pairs, HostNames), int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number : null,
                Find(pairs, UserNames))
            {
                CaFile = Find(pairs, CaNames),
                HasPassword = Find(pairs, PasswordNames) is not null,
            };
        }
        catch (ArgumentException)
        {
            throw ToolException.Usage("the argument is no connection string such as 'Server=HOST;Port=3306;User ID=USER'; an endpoint is"
                + " given with --host");
        }
    }

    private static string? Find(DbConnectionStringBuilder pairs, string[] names) =>
        names.Select(name => pairs.TryGetValue(name, out var value) ? value.ToString() : null).FirstOrDefault(value =>
            !string.IsNullOrEmpty(value));
}
