namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM003: a MySQL connection string has no SslMode.</summary>
internal static class MissingSslModeRule
{
    /// <summary>The server's pair of a string that is whole (nothing at run time may add a key) and has no SslMode.</summary>
    public static Finding? Judge(ConnectionStringSite site)
    {
        var (text, password) = (site.Text, site.Text.Find(MySqlKey.Password)?.Value ?? "");
        if (site.Settings.MinimumSslMode <= TlsMode.Preferred || site.SetsTlsElsewhere || text.HasOpenSegment || site.IsTemplate
            || site.IsWithoutNetwork || text.Find(MySqlKey.SslMode) is { Value.Length: > 0 }
            || text.Find(MySqlKey.Server) is not { } server
            // A masked or templated password: the text is shown, not opened.
            || password.Length > 0 && password.IndexOf(ConnectionStringText.Hole) < 0 && site.Settings.IsPlaceholder(password)
            // What may be another database's is not asked for more than its password.
            || site.IsGuess && password.Length == 0
            // "server=a; user=b" may be anything, where nothing else says that it opens a connection.
            || !site.IsSink && text.Pairs.Length < 3
            // A key that the driver rejects and that was meant to be SslMode is RDSIAM008's.
            || text.Pairs.Any(static pair => !pair.IsKnown && MySqlKeys.Suggest(pair.Key, MySqlDrivers.MySqlConnector) == "SslMode"))
            return null;
        var mode = site.Settings.MinimumSslMode == TlsMode.Required ? nameof(TlsMode.Required) : nameof(TlsMode.VerifyFull);
        return new(server.Start, server.End, mode, mode);
    }
}
