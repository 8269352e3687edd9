namespace RdsIamAspire.Analyzers.Origins;

/// <summary>Tells whether an Aspire parameter is MySQL's password: by what it is given to, else by its name.</summary>
internal static class AspireParameters
{
    // What says that a file is about MySQL at all.
    private static readonly string[] MySqlResources =
        ["AddMySql", "AddRdsMySql", "WithRdsIamAuth", "MYSQL_ROOT_PASSWORD", "MYSQL_PASSWORD", "MYSQL_PWD", "MARIADB_ROOT_PASSWORD",
        "MARIADB_PASSWORD"];

    // Aspire's resources whose names say nothing to DatabaseNames.
    private static readonly HashSet<string> OtherResources = new(StringComparer.Ordinal)
    {
        "AddValkey", "AddKeycloak", "AddGarnet", "AddMilvus", "AddSeq", "AddNats", "AddQdrant", "AddElasticsearch",
    };

    public static bool IsMySqlPassword(string name, Call parameter, SourceFile file)
    {
        var other = false;
        if (IsGivenToMySql(parameter.Operation, ref other))
            return true;
        if (BuilderUses.VariableOf(parameter.Operation) is { } variable)
        {
            foreach (var reference in file.Flow.References(variable))
            {
                if (!ValueFlow.IsTarget(reference) && IsGivenToMySql(reference, ref other))
                    return true;
            }
        }

        return !other && PasswordNames.Tells(name) && DatabaseNames.Of(name) switch
        {
            Leaning.MySql => true,
            Leaning.Other => false,
            _ => HasMySqlResource(file),
        };
    }

    // A call of the method, or the name of the variable as a text.
    private static bool HasMySqlResource(SourceFile file) =>
        MySqlResources.Any(name => file.Names.Find(name).Any(position => position > 0 && file.Text[position - 1] is '.' or '"'));

    private static bool IsGivenToMySql(IOperation value, ref bool other)
    {
        if (Call.Taking(value) is not { } taken)
            return false;
        var call = taken.Call;
        if (call.Name == "AddMySql" || call.Name == "WithPassword" && SpeaksOfMySql(call))
            return true;
        if (call.Name == "WithEnvironment" && call.Arguments.Count > 1 && Operations.Constant(call.Arguments[0].Value) is { } variable)
            return PasswordNames.IsVariable(variable) || PasswordNames.Tells(variable) && SpeaksOfMySql(call);
        other |= DatabaseNames.Of(call.Name) == Leaning.Other || OtherResources.Contains(call.Name);
        return false;
    }

    private static bool SpeaksOfMySql(Call call) =>
        call.Receiver is { } receiver && (receiver.Syntax.ToString().Has("mysql")
            || receiver.Type?.ToDisplayString().IndexOf("MySql", StringComparison.Ordinal) >= 0);
}
