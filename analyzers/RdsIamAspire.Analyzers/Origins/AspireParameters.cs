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
        var uses = BuilderUses.VariableOf(parameter.Operation) is not { } variable ? []
            : file.Flow.References(variable).Where(static reference => !ValueFlow.IsTarget(reference));
        var given = uses.Prepend(parameter.Operation).Select(IsGivenToMySql).ToArray();
        return given.Contains(true) || !given.Contains(false) && PasswordNames.Tells(name) && DatabaseNames.Of(name) switch
        {
            Leaning.MySql => true,
            Leaning.Other => false,
            _ => HasMySqlResource(file),
        };
    }

    // A call of the method, or the name of the variable as a text.
    private static bool HasMySqlResource(SourceFile file) =>
        MySqlResources.Any(name => file.Names.Find(name).Any(position => position > 0 && file.Text[position - 1] is '.' or '"'));

    // Null where what it is given to says nothing.
    private static bool? IsGivenToMySql(IOperation value) => Call.Taking(value)?.Call switch
    {
        null => null,
        { Name: "AddMySql" } => true,
        { Name: "WithPassword" } call when SpeaksOfMySql(call) => true,
        { Name: "WithEnvironment", Arguments.Count: > 1 } call when Operations.Constant(call.Arguments[0].Value) is { } variable =>
            PasswordNames.IsVariable(variable) || PasswordNames.Tells(variable) && SpeaksOfMySql(call) ? true : null,
        var call => DatabaseNames.Of(call.Name) == Leaning.Other || OtherResources.Contains(call.Name) ? false : null,
    };

    private static bool SpeaksOfMySql(Call call) =>
        call.Receiver is { } receiver && (receiver.Syntax.ToString().Has("mysql")
            || receiver.Type?.ToDisplayString().IndexOf("MySql", StringComparison.Ordinal) >= 0);
}
