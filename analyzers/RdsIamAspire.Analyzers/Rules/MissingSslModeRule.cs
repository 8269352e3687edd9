namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM003: a MySQL connection string has no SslMode.</summary>
internal static class MissingSslModeRule
{
    /// <summary>The server's pair of a string that is whole (nothing at run time may add a key) and has no SslMode.</summary>
    public static Finding? Judge(ConnectionStringSite site)
    {
        if (site.Settings.MinimumSslMode <= TlsMode.Preferred || site.SetsTlsElsewhere || site.Text.HasOpenSegment || site.IsTemplate
            || site.IsWithoutNetwork)
            return null;
        if (site.Text.Find(MySqlKey.SslMode) is { Value.Length: > 0 } || site.Text.Find(MySqlKey.Server) is not { } server)
            return null;
        // A masked or templated password: the text is shown, not opened.
        if (site.Text.Find(MySqlKey.Password) is { } password && password.Value.Length > 0
            && password.Value.IndexOf(ConnectionStringText.Hole) < 0
            && PlaceholderValue.Matches(password.Value, site.Settings.PlaceholderPatterns))
            return null;
        // What may be another database's is not asked for more than its password.
        if (site.IsGuess && site.Text.Find(MySqlKey.Password) is not { Value.Length: > 0 })
            return null;
        // "server=a; user=b" may be anything, where nothing else says that it opens a connection.
        if (!site.IsSink && site.Text.Pairs.Length < 3)
            return null;
        foreach (var pair in site.Text.Pairs)
        {
            // A key that the driver rejects and that was meant to be SslMode is RDSIAM008's.
            if (!pair.IsKnown && MySqlKeys.Suggest(pair.Key, MySqlDrivers.MySqlConnector) == "SslMode")
                return null;
        }

        var mode = site.Settings.MinimumSslMode == TlsMode.Required ? TlsMode.Required : TlsMode.VerifyFull;
        return new Finding(server.Start, server.End, mode.ToString(), mode.ToString());
    }
}
