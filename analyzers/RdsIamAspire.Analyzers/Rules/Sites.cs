namespace RdsIamAspire.Analyzers.Rules;

/// <summary>Tells the strings that are MySQL's: the one place that does, for the source and for configuration files.</summary>
internal static class Sites
{
    /// <summary>The MySQL connection string that a string of the source is, or null.</summary>
    public static ConnectionStringSite? Of(StringValue value, SourceFile file)
    {
        var settings = file.Settings;
        var text = value.Parsed;
        if (!ConnectionStringShape.MayMatter(value.Text) || text.Pairs.IsEmpty || ConnectionStringShape.StartsAsSql(value.Text))
            return null;
        if (ConnectionStringShape.IsOdbcOfMySql(text))
            return OfOtherClient(text, settings);
        var verdict = ConnectionStringShape.Judge(text);
        // Below the cheap judgements only: where does the string go?
        if (verdict == ShapeVerdict.NotMySql && !text.Has(MySqlKey.Password) && !text.Has(MySqlKey.Server) && !text.Has(MySqlKey.SslMode))
            return null;
        var purpose = Purpose.Of(value, file);
        var isSink = purpose.IsMySqlSink && ConnectionStringShape.IsPlausibleAtSink(text);
        var leaning = isSink ? Leaning.MySql
            : settings.Detection == Detection.Sinks || verdict == ShapeVerdict.NotMySql || purpose.Leaning == Leaning.Other ? Leaning.Other
            : verdict == ShapeVerdict.MySql || purpose.Leaning == Leaning.MySql ? Leaning.MySql
            : Settle(text, Surroundings.Of(value.Root, file), file.Drivers);
        if (leaning == Leaning.Other || leaning == Leaning.Unknown && IsTooLittle(text))
            return null;
        var driver = isSink && purpose.Driver != MySqlDrivers.None ? purpose.Driver : file.Drivers.OnlyDriver;
        return new(text, settings)
        {
            IsSink = isSink,
            Driver = driver,
            SetsTlsElsewhere = purpose.SetsTlsElsewhere,
            IsGuess = leaning == Leaning.Unknown,
        };
    }

    /// <summary>The MySQL connection string that a text is, which stands where no compiler tells what it is for.</summary>
    public static ConnectionStringSite? Of(string value, Leaning beside, CompilationDrivers drivers, AnalyzerSettings settings)
    {
        if (!ConnectionStringShape.MayMatter(value))
            return null;
        var text = ConnectionStringText.Parse(value);
        if (ConnectionStringShape.IsOdbcOfMySql(text))
            return OfOtherClient(text, settings);
        var verdict = ConnectionStringShape.Judge(text);
        if (verdict == ShapeVerdict.NotMySql || beside == Leaning.Other)
            return null;
        var leaning = verdict == ShapeVerdict.MySql ? Leaning.MySql : beside == Leaning.MySql ? beside
            : Settle(text, Leaning.Unknown, drivers);
        return leaning == Leaning.Other || leaning == Leaning.Unknown && IsTooLittle(text) ? null
            : new(text, settings) { IsGuess = leaning == Leaning.Unknown };
    }

    // "Server=db;Password=x": anybody's.
    private static bool IsTooLittle(ConnectionStringText text) => text.Pairs.Length < 3 && !text.Has(MySqlKey.User);

    private static ConnectionStringSite OfOtherClient(ConnectionStringText text, AnalyzerSettings settings) =>
        new(text, settings) { IsOtherClients = true };

    // Unknown: it may as well be MySQL's, and nothing around it says whose it is. What the project references says less than the words of
    // the string.
    private static Leaning Settle(ConnectionStringText text, Leaning surroundings, CompilationDrivers drivers) =>
        surroundings != Leaning.Unknown ? surroundings : ConnectionStringShape.IsOthersIdiom(text) ? Leaning.Other : drivers.Leaning;
}
