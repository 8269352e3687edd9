using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Origins;
using RdsIamAspire.Analyzers.Settings;
using RdsIamAspire.Analyzers.Sources;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>
/// Finds the MySQL connection strings of a compilation and hands each one, composed and classified once, to the rules that judge strings:
/// RDSIAM001, 003, 004, 005 and 008.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class ConnectionStringAnalyzer : DiagnosticAnalyzer
{
    /// <summary>Key of the property that carries the text a fix puts in.</summary>
    internal const string Replacement = "replacement";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        HardCodedPasswordRule.Descriptor,
        MissingSslModeRule.Descriptor,
        UnencryptedSslModeRule.Descriptor,
        UnverifiedSslModeRule.Descriptor,
        RejectedOptionRule.Descriptor,
        PasswordThroughApiAnalyzer.Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // A password in a generated file (Settings.Designer.cs) is as public as any other.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var walk = new Walk(CompilationDrivers.Of(start.Compilation), new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider));
            start.RegisterSyntaxNodeAction(walk.Literal, SyntaxKind.StringLiteralExpression, SyntaxKind.Utf8StringLiteralExpression);
            start.RegisterSyntaxNodeAction(walk.Interpolated, SyntaxKind.InterpolatedStringExpression);
            start.RegisterSyntaxNodeAction(walk.Chain, SyntaxKind.AddExpression);
        });
    }

    /// <summary>The MySQL connection string that an expression is a piece of, or null. The one place that classifies.</summary>
    internal static (ComposedText Text, ConnectionStringSite Site)? Classify(
        ExpressionSyntax piece, SemanticModel model, CompilationDrivers drivers, AnalyzerSettings settings, CancellationToken cancellationToken)
    {
        if (TextComposer.WholeOf(piece, model, cancellationToken) is not { } composed || !ConnectionStringShape.MayMatter(composed.Text))
            return null;
        return Classify(composed, model, drivers, settings, cancellationToken);
    }

    internal static (ComposedText Text, ConnectionStringSite Site)? Classify(
        ComposedText composed, SemanticModel model, CompilationDrivers drivers, AnalyzerSettings settings, CancellationToken cancellationToken)
    {
        var text = composed.Parsed;
        if (text.Pairs.IsEmpty || ConnectionStringShape.StartsAsSql(composed.Text))
            return null;
        if (ConnectionStringShape.IsOdbcOfMySql(text))
            return (composed, new ConnectionStringSite(text, settings, isSink: false, MySqlDrivers.None, setsTlsElsewhere: false) { IsOtherClients = true });
        var verdict = ConnectionStringShape.Judge(text);
        // Below the cheap judgements only: where does the string go?
        if (verdict == ShapeVerdict.NotMySql && !HasTellingKey(text))
            return null;
        var purpose = StringPurpose.Of(composed.Root, model, drivers, settings, sinksOnly: verdict == ShapeVerdict.NotMySql || settings.Detection == Detection.Sinks, cancellationToken);
        var isSink = purpose.IsMySqlSink && ConnectionStringShape.IsPlausibleAtSink(text);
        var leaning = isSink ? Leaning.MySql : settings.Detection == Detection.Sinks ? Leaning.Other : LeaningOf(verdict, purpose, text, composed.Root, drivers);
        if (leaning == Leaning.Other)
            return null;
        var driver = isSink && purpose.Driver != MySqlDrivers.None ? purpose.Driver : drivers.OnlyDriver;
        return (composed, new ConnectionStringSite(text, settings, isSink, driver, purpose.SetsTlsElsewhere) { IsGuess = leaning == Leaning.Unknown });
    }

    private static bool HasTellingKey(ConnectionStringText text) => text.Has(MySqlKey.Password) || text.Has(MySqlKey.Server) || text.Has(MySqlKey.SslMode);

    // Unknown: it may as well be MySQL's, and nothing around it says whose it is.
    private static Leaning LeaningOf(ShapeVerdict verdict, StringPurpose purpose, ConnectionStringText text, SyntaxNode node, CompilationDrivers drivers)
    {
        if (verdict == ShapeVerdict.NotMySql || purpose.Leaning == Leaning.Other)
            return Leaning.Other;
        if (verdict == ShapeVerdict.MySql || purpose.Leaning == Leaning.MySql)
            return Leaning.MySql;
        var surroundings = StringPurpose.OfSurroundings(node);
        if (surroundings == Leaning.Unknown && !ConnectionStringShape.HasUserOfSqlServer(text))
            surroundings = drivers.Leaning;
        return surroundings == Leaning.Unknown && ConnectionStringShape.IsOthersIdiom(text) ? Leaning.Other : surroundings;
    }

    private sealed class Walk
    {
        private readonly CompilationDrivers _drivers;
        private readonly SettingsPerTree _settings;

        public Walk(CompilationDrivers drivers, SettingsPerTree settings)
        {
            _drivers = drivers;
            _settings = settings;
        }

        public void Literal(SyntaxNodeAnalysisContext context)
        {
            var literal = (LiteralExpressionSyntax)context.Node;
            if (literal.Token.Span.Length < 4)
                return;
            if (HardCodedPasswordRule.MayHaveOtherForm(literal.Token.ValueText))
            {
                JudgeOtherForm(literal, context);
                PasswordThroughApiAnalyzer.Pair(context, _settings, literal);
            }
            else if (literal.Token.Text.IndexOf('=') >= 0 && !IsPart(literal) && LiteralGate.Passes(literal))
                Judge(literal, context);
        }

        public void Interpolated(SyntaxNodeAnalysisContext context)
        {
            var interpolated = (InterpolatedStringExpressionSyntax)context.Node;
            if (interpolated.Contents.FirstOrDefault() is InterpolatedStringTextSyntax first && HardCodedPasswordRule.MayHaveOtherForm(first.TextToken.ValueText))
                JudgeOtherForm(interpolated, context);
            else if (!IsPart(interpolated) && LiteralGate.Passes(interpolated))
                Judge(interpolated, context);
        }

        public void Chain(SyntaxNodeAnalysisContext context)
        {
            var chain = (BinaryExpressionSyntax)context.Node;
            if (IsPart(chain) || !LiteralGate.Passes(chain) && !NamesTell(chain))
                return;
            Judge(chain, context);
        }

        // mysql://user:password@host, jdbc:mysql:…, MYSQL_PWD=…: the first piece of such a text speaks for all of it.
        private void JudgeOtherForm(ExpressionSyntax piece, SyntaxNodeAnalysisContext context)
        {
            ExpressionSyntax whole = piece;
            while (whole.Parent is ParenthesizedExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } && (whole.Parent is not BinaryExpressionSyntax chain || chain.Left == whole))
                whole = (ExpressionSyntax)whole.Parent;
            var settings = _settings.Of(piece.SyntaxTree);
            if (IsPart(whole) || settings.Detection == Detection.Sinks || settings.IsExcluded(piece.SyntaxTree.FilePath)
                || TextComposer.Around(whole, context.SemanticModel, context.CancellationToken) is not { } text
                || HardCodedPasswordRule.JudgeOtherForm(text.Text, settings) is not { } found)
                return;
            var location = Location.Create(piece.SyntaxTree, text.SpanOf(found.Finding.Start, found.Finding.End));
            if (SiteReport.Create(HardCodedPasswordRule.Descriptor, location, found.IsLocal, settings, found.Finding) is { } diagnostic)
                context.ReportDiagnostic(diagnostic);
        }

        // The top of a + chain, or the string around an interpolation, speaks for its parts.
        private static bool IsPart(ExpressionSyntax expression)
        {
            SyntaxNode node = expression;
            while (node.Parent is ParenthesizedExpressionSyntax)
                node = node.Parent;
            return node.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } or InterpolationSyntax;
        }

        // Host + Pair + Rest: no literal in sight, but names that tell.
        private static bool NamesTell(BinaryExpressionSyntax chain)
        {
            if (chain.Right is not (IdentifierNameSyntax or MemberAccessExpressionSyntax))
                return false;
            ExpressionSyntax current = chain;
            while (current is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add)
            {
                if (NameTells(add.Right))
                    return true;
                current = add.Left;
            }

            return NameTells(current) || chain.Parent switch
            {
                EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => Tells(declarator.Identifier.ValueText),
                EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => Tells(property.Identifier.ValueText),
                AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } => Tells(target.Identifier.ValueText),
                _ => false,
            };
        }

        private static bool NameTells(ExpressionSyntax expression)
        {
            var name = expression switch
            {
                IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
                MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
                _ => "",
            };
            return Tells(name);
        }

        private static bool Tells(string name) =>
            name.Length > 2 && (Contains(name, "conn") || Contains(name, "pwd") || Contains(name, "password") || Contains(name, "credential"));

        private static bool Contains(string value, string part) => value.IndexOf(part, System.StringComparison.OrdinalIgnoreCase) >= 0;

        private void Judge(ExpressionSyntax piece, SyntaxNodeAnalysisContext context)
        {
            var settings = _settings.Of(piece.SyntaxTree);
            if (settings.IsExcluded(piece.SyntaxTree.FilePath)
                || Classify(piece, context.SemanticModel, _drivers, settings, context.CancellationToken) is not { } found)
                return;
            var (text, site) = found;
            Report(HardCodedPasswordRule.Descriptor, HardCodedPasswordRule.Judge(site) is { } password && !IsFilledIn(text.Root, text.Text.Substring(password.Start, password.End - password.Start)) ? password : null);
            if (site.IsOtherClients)
                return;
            var rejected = RejectedOptionRule.Judge(site);
            Report(RejectedOptionRule.Descriptor, rejected);
            Report(MissingSslModeRule.Descriptor, MissingSslModeRule.Judge(site));
            // A mode that the driver rejects opens nothing, strong or weak.
            if (rejected is null || site.Text.Find(MySqlKey.SslMode) is not { } mode || rejected.Start != mode.Start)
            {
                Report(UnencryptedSslModeRule.Descriptor, UnencryptedSslModeRule.Judge(site));
                Report(UnverifiedSslModeRule.Descriptor, UnverifiedSslModeRule.Judge(site));
            }

            void Report(DiagnosticDescriptor rule, Finding? finding)
            {
                if (finding is null || IsJudgedElsewhere(text, finding))
                    return;
                var location = Location.Create(piece.SyntaxTree, text.SpanOf(finding.Start, finding.End));
                if (SiteReport.Create(rule, location, site, finding) is { } diagnostic)
                    context.ReportDiagnostic(diagnostic);
            }
        }

        // "…Pwd=SECRET…".Replace("SECRET", password): a pattern in words of its own, on the string or on the variable that holds it.
        private static bool IsFilledIn(ExpressionSyntax root, string pair)
        {
            if (Fills(root, pair))
                return true;
            if (root.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } || declarator.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
                return false;
            return type.DescendantNodes().OfType<IdentifierNameSyntax>().Any(use => use.Identifier.ValueText == declarator.Identifier.ValueText && Fills(use, pair));
        }

        private static bool Fills(ExpressionSyntax text, string pair)
        {
            while (text.Parent is ParenthesizedExpressionSyntax parenthesized)
                text = parenthesized;
            while (text.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member && member.Expression == text)
            {
                if (member.Name.Identifier.ValueText == "Replace" && call.ArgumentList.Arguments is { Count: >= 2 } arguments
                    && arguments[0].Expression is LiteralExpressionSyntax { Token.Value: string { Length: > 1 } pattern } && pair.IndexOf(pattern, System.StringComparison.Ordinal) >= 0
                    && arguments[1].Expression is not LiteralExpressionSyntax)
                    return true;
                text = call;
            }

            return false;
        }

        // A string that is built on a whole connection string, which has had its own judgement where it is written.
        private static bool IsJudgedElsewhere(ComposedText text, Finding finding)
        {
            foreach (var part in text.Parts)
            {
                if (part.Kind == TextPartKind.Reference && part.Start <= finding.Start && part.End >= finding.End - 1
                    && ConnectionStringShape.Judge(ConnectionStringText.Parse(text.Text.Substring(part.Start, part.Length))) != ShapeVerdict.NotMySql)
                    return true;
            }

            return false;
        }
    }
}
