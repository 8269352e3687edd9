using System.Globalization;
using System.Text.Json;

namespace RdsIamAspire.Emulator;

/// <summary>How a client reaches a database, and the environment variables that tell it.</summary>
internal sealed record LocalRdsConnection(string Host, int Port, string User, string? Database, string Region, string CaCertificatePath)
{
    // The names are those of a reference in Aspire (ConnectionStrings__name, NAME_HOST …), so that a service sees the same under both.
    public IEnumerable<KeyValuePair<string, string>> GetVariables(string name, string connectionString)
    {
        var prefix = Prefix(name);
        var port = Port.ToString(CultureInfo.InvariantCulture);
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        var path = Database is null ? "" : Uri.EscapeDataString(Database);
        yield return new($"ConnectionStrings__{name}", connectionString);
        yield return new($"RdsIam__MySqlConnector__{name}__Region", Region);
        yield return new($"{prefix}_HOST", Host);
        yield return new($"{prefix}_PORT", port);
        yield return new($"{prefix}_USERNAME", User);
        if (Database is not null) yield return new($"{prefix}_DATABASENAME", Database);
        yield return new($"{prefix}_REGION", Region);
        yield return new($"{prefix}_URI",
            $"mysql://{Uri.EscapeDataString(User)}@{host}:{port}/{path}?ssl={Uri.EscapeDataString(NodeTls(CaCertificatePath))}");
        yield return new($"{prefix}_JDBCCONNECTIONSTRING", $"jdbc:mysql://{host}:{port}/{path}?sslMode=VERIFY_IDENTITY"
            + $"&trustCertificateKeyStoreUrl={new Uri(JavaTrustStore.WriteBeside(CaCertificatePath))}&trustCertificateKeyStoreType=PKCS12");
        yield return new($"{prefix}_CACERTIFICATEPATH", CaCertificatePath);
    }

    /// <summary>The form that mysql2 of Node.js reads, which takes the CA's text and no file.</summary>
    public static string NodeTls(string caCertificatePath) =>
        JsonSerializer.Serialize(new { ca = File.ReadAllText(caCertificatePath), verifyIdentity = true });

    // orders-db becomes ORDERS_DB.
    private static string Prefix(string name) =>
        string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));
}
