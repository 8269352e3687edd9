namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>The name under which configuration is asked for a string: what its variable is called, else its database, else MySql.</summary>
internal static class ConnectionStringName
{
    // What a name says besides which string it is.
    private static readonly string[] Noise =
        ["connectionstring", "connstring", "connstr", "connection", "conn", "default", "string", "str", "dsn", "mysql"];

    public static string Of(ExpressionSyntax whole, ConnectionStringText text)
    {
        var name = Clean(NameBeside(whole));
        if (name.Length == 0 && text.Find(MySqlKey.Database) is { Value: var database })
            name = Clean(database);
        return name.Length == 0 ? "MySql" : char.ToUpperInvariant(name[0]) + name.Substring(1);
    }

    private static string NameBeside(ExpressionSyntax whole) => whole.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => variable.Identifier.ValueText,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => property.Identifier.ValueText,
        ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax property } => property.Identifier.ValueText,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } => target.Identifier.ValueText,
        AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Name: var member } } => member.Identifier.ValueText,
        // ["ConnectionStrings:Orders"] = "…"
        AssignmentExpressionSyntax { Left: ImplicitElementAccessSyntax { ArgumentList.Arguments: { Count: 1 } keys } } =>
            KeyOf(keys[0].Expression),
        AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } keys } } =>
            KeyOf(keys[0].Expression),
        _ => "",
    };

    private static string KeyOf(ExpressionSyntax key) =>
        key is LiteralExpressionSyntax { Token.Value: string text } ? text.Substring(text.LastIndexOfAny([':', '_', '.']) + 1) : "";

    private static string Clean(string name)
    {
        foreach (var noise in Noise)
        {
            if (name.IndexOf(noise, StringComparison.OrdinalIgnoreCase) is var at && at >= 0)
                name = name.Remove(at, noise.Length);
        }

        name = name.Trim('_');
        return name.Length > 2 && name.All(static c => char.IsLetterOrDigit(c) || c == '_') && char.IsLetter(name[0]) ? name : "";
    }
}
