using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>What a reference to an RDS endpoint is given. One place decides; no value of it is a password.</summary>
internal static class RdsReferenceValues
{
    internal static ReferenceExpression ConnectionString(RdsMySqlResource server, RdsIamAuthAnnotation auth, RdsDatabaseName? database)
    {
        var text = new ReferenceExpressionBuilder();
        if (database is null)
        {
            text.Append($"Server={server.Host};Port={server.Port};User ID={auth.User};SslMode=VerifyFull");
        }
        else
        {
            text.Append($"Server={server.Host};Port={server.Port};User ID={auth.User};Database={database.Plain};SslMode=VerifyFull");
        }

        if (server.Local is { } local)
        {
            text.Append($";SslCa={local.CaCertificatePath}");
        }

        return text.Build();
    }

    /// <remarks>
    /// The query is what mysql2 of Node.js reads: the local server's CA, and on AWS the profile that it has of RDS's (connection_config.js
    /// and constants/ssl_profiles.js of mysql2). Without it that driver would dial without TLS.
    /// </remarks>
    internal static ReferenceExpression Uri(RdsMySqlResource server, RdsIamAuthAnnotation auth, RdsDatabaseName? database)
    {
        var text = new ReferenceExpressionBuilder();
        text.Append($"mysql://{System.Uri.EscapeDataString(auth.User)}@{server.Host}:{server.Port}");
        if (database is not null)
        {
            text.Append($"/{database.Encoded}");
        }

        if (server.Local is { } local)
        {
            text.Append($"?ssl={local.CaCertificatePath.NodeTls}");
        }
        else
        {
            text.AppendLiteral("?ssl=Amazon%20RDS");
        }

        return text.Build();
    }

    /// <remarks>
    /// sslMode and the trust store: "Connector/J Developer Guide, Connecting Securely Using SSL". On AWS the trust store is the one of the
    /// JVM. User and token are given as properties, as with Aspire's own MySQL.
    /// </remarks>
    internal static ReferenceExpression Jdbc(RdsMySqlResource server, RdsDatabaseName? database)
    {
        var text = new ReferenceExpressionBuilder();
        text.Append($"jdbc:mysql://{server.Host}:{server.Port}/");
        if (database is not null)
        {
            text.Append($"{database.Encoded}");
        }

        text.AppendLiteral("?sslMode=VERIFY_IDENTITY");
        if (server.Local is { } local)
        {
            text.Append($"&trustCertificateKeyStoreUrl={local.CaCertificatePath.TrustStoreUrl}&trustCertificateKeyStoreType=PKCS12");
        }

        return text.Build();
    }

    internal static IEnumerable<KeyValuePair<string, ReferenceExpression>> ConnectionProperties(
        RdsMySqlResource server,
        RdsIamAuthAnnotation auth,
        RdsDatabaseName? database)
    {
        yield return new("Host", server.Host);
        yield return new("Port", server.Port);
        yield return new("Username", ReferenceExpression.Create($"{auth.User}"));
        yield return new("Uri", Uri(server, auth, database));
        yield return new("JdbcConnectionString", Jdbc(server, database));
        if (database is not null)
        {
            yield return new("DatabaseName", database.Plain);
        }

        if (server.Region is { } region)
        {
            yield return new("Region", region);
        }

        if (server.Local is { } local)
        {
            yield return new("CaCertificatePath", ReferenceExpression.Create($"{local.CaCertificatePath}"));
        }
    }
}
