using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>Settles by the text alone what a plain literal is, where nothing in the file could tell otherwise: no other database is named,
/// SslMode is given nowhere else, and the literal is a whole string. Most hits are such, and the binding of the code around a hit is what
/// costs.</summary>
internal sealed class PlainLiterals(SourceFile file)
{
    // Calls that make a longer string, look for a piece of one, or are given an SslMode beside it.
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal)
    {
        "Append", "AppendLine", "AppendFormat", "AppendJoin", "Insert", "Format", "Concat", "Join", "Create", "Replace", "StartsWith",
        "EndsWith", "Contains", "DoesNotContain", "IndexOf", "StringBuilder", "MySqlConnectionStringBuilder", "MySqlDataSourceBuilder",
    };

    // Many variables of a file have the same name.
    private readonly Dictionary<string, bool> _grows = new(StringComparer.Ordinal);

    /// <summary>The site that a literal is; null when it takes more than the text to say.</summary>
    public (StringValue Value, ConnectionStringSite Site)? Settle(SyntaxNode piece)
    {
        if (piece is not LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal
            || file.Settings.Detection == Detection.Sinks
            || file.Settings.HasExtraSinks || file.Drivers.MySql == MySqlDrivers.Both
            || !IsWhole(literal))
            return null;
        var text = ConnectionStringText.Parse(literal.Token.ValueText);
        if (text.Pairs.Length < 3 || text.Find(MySqlKey.Password) is not { Value.Length: > 0 }
            || ConnectionStringShape.StartsAsSql(text.Text) || ConnectionStringShape.IsOdbcOfMySql(text))
            return null;
        var verdict = ConnectionStringShape.Judge(text);
        if (verdict == ShapeVerdict.NotMySql || file.NamesAnotherDatabase || !text.Has(MySqlKey.SslMode) && file.SpeaksOfTls)
            return null;
        // What is MySQL's by a name or a reference only is left to those who read names, when it has another's words.
        if (verdict == ShapeVerdict.Shared && (ConnectionStringShape.IsOthersIdiom(text) || file.Drivers.Leaning == Leaning.Other))
            return null;
        var part = new StringPart(StringPartKind.Literal, 0, text.Text.Length, literal, literal.Token);
        return (new StringValue(text.Text, [part], null, literal),
            new(text, file.Settings) { Driver = file.Drivers.OnlyDriver });
    }

    // Not a piece of something longer, as far as syntax tells.
    private bool IsWhole(LiteralExpressionSyntax literal)
    {
        switch (literal.Parent)
        {
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }: return !Grows(variable.Identifier.ValueText);
            case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax } or ReturnStatementSyntax or ArrowExpressionClauseSyntax:
                return true;
            case ArgumentSyntax { Parent: ArgumentListSyntax { Parent: var owner } }:
                return owner switch
                {
                    InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } } =>
                        !Telling.Contains(name.Identifier.ValueText),
                    InvocationExpressionSyntax { Expression: IdentifierNameSyntax name } => !Telling.Contains(name.Identifier.ValueText),
                    ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax name, Initializer: null } =>
                        !Telling.Contains(name.Identifier.ValueText),
                    _ => false,
                };
            default: return false;
        }
    }

    // cs += "…", cs = cs + "…", cs.Replace("…", …), cs + "…"
    private bool Grows(string name) => _grows.TryGetValue(name, out var known) ? known : _grows[name] = IsAddedTo(name);

    private bool IsAddedTo(string name)
    {
        foreach (var position in file.Names.Find(name))
        {
            var at = file.Text.Past(position + name.Length, file.Text.Length, static c => c == ' ');
            if (at + 1 < file.Text.Length
                && (file.Text[at] == '+' || file.Text[at] == '.' && string.CompareOrdinal(file.Text, at, ".Length", 0, 7) != 0))
                return true;
            var before = position - 1;
            while (before > 0 && file.Text[before] == ' ')
                before--;
            if (before > 0 && file.Text[before] is '+' or '{')
                return true;
        }

        return false;
    }
}
