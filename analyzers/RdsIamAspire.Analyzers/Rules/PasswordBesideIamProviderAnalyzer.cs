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

/// <summary>RDSIAM006: a connection has both a password and something that provides IAM tokens; the password silently wins.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class PasswordBesideIamProviderAnalyzer : DiagnosticAnalyzer
{
    internal const string Id = "RDSIAM006";

    internal static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        RuleTexts.Get("RDSIAM006_Title"),
        RuleTexts.Get("RDSIAM006_Message"),
        RuleTexts.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM006_Description"),
        RuleTexts.Page(Id));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var settings = new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider);
            start.RegisterSyntaxNodeAction(node => Callback(node, settings), SyntaxKind.SimpleAssignmentExpression);
            start.RegisterSyntaxNodeAction(node => Provider(node, settings), SyntaxKind.InvocationExpression);
        });
    }

    // connection.ProvidePasswordCallback = …, new MySqlConnection("…") { ProvidePasswordCallback = … }
    private static void Callback(SyntaxNodeAnalysisContext context, SettingsPerTree settings)
    {
        var assignment = (AssignmentExpressionSyntax)context.Node;
        var connection = assignment.Left switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ProvidePasswordCallback" } member => member.Expression,
            IdentifierNameSyntax { Identifier.ValueText: "ProvidePasswordCallback" } when assignment.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation } => creation,
            _ => null,
        };
        if (connection is null || assignment.Right.IsKind(SyntaxKind.NullLiteralExpression)
            || !DriverTypes.IsConnection(context.SemanticModel.GetTypeInfo(connection, context.CancellationToken).Type))
            return;
        Report(context, settings, connection, "ProvidePasswordCallback");
    }

    // builder.UsePeriodicPasswordProvider(…), builder.UseRdsIamAuth(…)
    private static void Provider(SyntaxNodeAnalysisContext context, SettingsPerTree settings)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "UsePeriodicPasswordProvider" or "UseRdsIamAuth" } member)
            return;
        var root = Root(member.Expression);
        if (ConfiguredString(root) is { } configured)
        {
            var own = settings.Of(call.SyntaxTree);
            if (!own.IsExcluded(call.SyntaxTree.FilePath) && PasswordIn(configured, context) is { } password)
                context.ReportDiagnostic(Diagnostic.Create(Descriptor, password, member.Name.Identifier.ValueText));
            return;
        }

        if (!DriverTypes.IsDataSourceBuilder(context.SemanticModel.GetTypeInfo(root, context.CancellationToken).Type))
            return;
        Report(context, settings, root, member.Name.Identifier.ValueText);
    }

    // services.AddMySqlDataSource("…", builder => builder.UseRdsIamAuth()): the string that stands beside the lambda.
    private static ExpressionSyntax? ConfiguredString(ExpressionSyntax builder)
    {
        if (builder is not IdentifierNameSyntax name)
            return null;
        foreach (var lambda in builder.Ancestors().OfType<LambdaExpressionSyntax>())
        {
            var parameters = lambda switch
            {
                SimpleLambdaExpressionSyntax simple => [simple.Parameter],
                ParenthesizedLambdaExpressionSyntax several => several.ParameterList.Parameters.ToArray(),
                _ => [],
            };
            if (!parameters.Any(parameter => parameter.Identifier.ValueText == name.Identifier.ValueText))
                continue;
            var argument = lambda.FirstAncestorOrSelf<ArgumentSyntax>();
            return argument?.Parent?.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddMySqlDataSource" or "AddKeyedMySqlDataSource" }, ArgumentList.Arguments: { Count: > 1 } arguments }
                ? arguments.Select(static each => each.Expression).FirstOrDefault(each => each is not LambdaExpressionSyntax && each != argument!.Expression)
                : null;
        }

        return null;
    }

    // The start of a fluent chain.
    private static ExpressionSyntax Root(ExpressionSyntax expression)
    {
        while (expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member })
            expression = member.Expression;
        return expression;
    }

    private static void Report(SyntaxNodeAnalysisContext context, SettingsPerTree settings, ExpressionSyntax connection, string provider)
    {
        var own = settings.Of(connection.SyntaxTree);
        if (own.IsExcluded(connection.SyntaxTree.FilePath) || PasswordOf(connection, context) is not { } password)
            return;
        context.ReportDiagnostic(Diagnostic.Create(Descriptor, password, provider));
    }

    /// <summary>Where the connection is given a password, by its string or by its builder.</summary>
    private static Location? PasswordOf(ExpressionSyntax connection, SyntaxNodeAnalysisContext context)
    {
        foreach (var creation in Creations(connection, context))
        {
            if (creation.ArgumentList?.Arguments is { Count: > 0 } arguments && PasswordIn(arguments[0].Expression, context) is { } inString)
                return inString;
            foreach (var assignment in creation.Initializer?.Expressions.OfType<AssignmentExpressionSyntax>() ?? [])
            {
                if (assignment.Left is IdentifierNameSyntax { Identifier.ValueText: "ConnectionString" } && PasswordIn(assignment.Right, context) is { } inInitializer)
                    return inInitializer;
            }
        }

        if (connection is not IdentifierNameSyntax variable || variable.FirstAncestorOrSelf<MemberDeclarationSyntax>(static node => node is not GlobalStatementSyntax) is var member && member is null && context.SemanticModel.SyntaxTree.GetRoot(context.CancellationToken) is null)
            return null;
        var scope = member ?? context.SemanticModel.SyntaxTree.GetRoot(context.CancellationToken);
        foreach (var assignment in scope.DescendantNodes().OfType<AssignmentExpressionSyntax>())
        {
            switch (assignment.Left)
            {
                // connection.ConnectionString = "…Password=…"
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConnectionString", Expression: IdentifierNameSyntax owner } when owner.Identifier.ValueText == variable.Identifier.ValueText:
                    if (PasswordIn(assignment.Right, context) is { } assigned)
                        return assigned;
                    break;
                // builder.ConnectionStringBuilder.Password = …
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Password", Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConnectionStringBuilder", Expression: IdentifierNameSyntax owner } } when owner.Identifier.ValueText == variable.Identifier.ValueText:
                    if (!IsNothing(assignment.Right, context))
                        return assignment.GetLocation();
                    break;
            }
        }

        return null;
    }

    private static IEnumerable<BaseObjectCreationExpressionSyntax> Creations(ExpressionSyntax connection, SyntaxNodeAnalysisContext context)
    {
        if (connection is BaseObjectCreationExpressionSyntax direct)
            yield return direct;
        if (connection is not IdentifierNameSyntax and not MemberAccessExpressionSyntax)
            yield break;
        var symbol = context.SemanticModel.GetSymbolInfo(connection, context.CancellationToken).Symbol;
        foreach (var reference in symbol?.DeclaringSyntaxReferences ?? ImmutableArray<SyntaxReference>.Empty)
        {
            if (reference.SyntaxTree == context.Node.SyntaxTree && reference.GetSyntax(context.CancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value })
            {
                if (Root(value) is BaseObjectCreationExpressionSyntax creation)
                    yield return creation;
            }
        }

        var root = context.Node.SyntaxTree.GetRoot(context.CancellationToken);
        foreach (var assignment in root.DescendantNodes().OfType<AssignmentExpressionSyntax>())
        {
            if (assignment.Right is BaseObjectCreationExpressionSyntax creation && assignment.Left is IdentifierNameSyntax name && connection is IdentifierNameSyntax own && name.Identifier.ValueText == own.Identifier.ValueText
                && SymbolEqualityComparer.Default.Equals(context.SemanticModel.GetSymbolInfo(name, context.CancellationToken).Symbol, symbol))
                yield return creation;
        }
    }

    // A password pair with any value: one that is known only at run time wins as silently.
    private static Location? PasswordIn(ExpressionSyntax expression, SyntaxNodeAnalysisContext context)
    {
        expression = Source(expression, context);
        switch (expression)
        {
            // builder.ConnectionString, builder.ToString()
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConnectionString", Expression: IdentifierNameSyntax builder }:
                return BuilderPassword(builder, context);
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToString", Expression: IdentifierNameSyntax builder } }:
                return BuilderPassword(builder, context);
        }

        var composed = TextComposer.Compose(expression, context.SemanticModel, context.CancellationToken);
        foreach (var pair in composed.Parsed.Pairs)
        {
            if (pair.Kind == MySqlKey.Password && pair.Value.Length > 0)
                return Location.Create(expression.SyntaxTree, composed.SpanOf(pair.Start, pair.End));
        }

        return null;
    }

    private static Location? BuilderPassword(IdentifierNameSyntax builder, SyntaxNodeAnalysisContext context)
    {
        if (!DriverTypes.IsBuilder(context.SemanticModel.GetTypeInfo(builder, context.CancellationToken).Type))
            return null;
        var scope = builder.FirstAncestorOrSelf<MemberDeclarationSyntax>(static node => node is not GlobalStatementSyntax) ?? context.Node.SyntaxTree.GetRoot(context.CancellationToken);
        foreach (var assignment in scope.DescendantNodes().OfType<AssignmentExpressionSyntax>())
        {
            var sets = assignment.Left switch
            {
                MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Password", Expression: IdentifierNameSyntax owner } => owner.Identifier.ValueText == builder.Identifier.ValueText,
                IdentifierNameSyntax { Identifier.ValueText: "Password" } => IsInitializerOf(assignment, builder),
                ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax owner, ArgumentList.Arguments: { Count: 1 } keys } => owner.Identifier.ValueText == builder.Identifier.ValueText && IsPasswordKey(keys[0].Expression),
                ImplicitElementAccessSyntax { ArgumentList.Arguments: { Count: 1 } keys } => IsPasswordKey(keys[0].Expression) && IsInitializerOf(assignment, builder),
                _ => false,
            };
            if (sets && !IsNothing(assignment.Right, context))
                return assignment.GetLocation();
        }

        foreach (var call in scope.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add", Expression: IdentifierNameSyntax owner }, ArgumentList.Arguments: { Count: 2 } arguments }
                && owner.Identifier.ValueText == builder.Identifier.ValueText && IsPasswordKey(arguments[0].Expression) && !IsNothing(arguments[1].Expression, context))
                return call.GetLocation();
        }

        foreach (var creation in Creations(builder, context))
        {
            if (creation.ArgumentList?.Arguments is { Count: > 0 } arguments && PasswordIn(arguments[0].Expression, context) is { } inString)
                return inString;
        }

        return null;
    }

    private static bool IsInitializerOf(AssignmentExpressionSyntax assignment, IdentifierNameSyntax builder) =>
        assignment.Parent?.Parent?.Parent?.Parent is VariableDeclaratorSyntax declarator && declarator.Identifier.ValueText == builder.Identifier.ValueText;

    private static bool IsPasswordKey(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax { Token.Value: string key } && MySqlKeys.Find(key.Trim().ToLowerInvariant()) == MySqlKey.Password;

    // The expression that a local or field was initialised with, so that the location is where the password stands.
    private static ExpressionSyntax Source(ExpressionSyntax expression, SyntaxNodeAnalysisContext context)
    {
        for (var i = 0; i < 3 && expression is IdentifierNameSyntax; i++)
        {
            var symbol = context.SemanticModel.GetSymbolInfo(expression, context.CancellationToken).Symbol;
            if (symbol?.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference || reference.SyntaxTree != expression.SyntaxTree)
                break;
            var value = reference.GetSyntax(context.CancellationToken) switch
            {
                VariableDeclaratorSyntax { Initializer.Value: { } initializer } => initializer,
                PropertyDeclarationSyntax { ExpressionBody.Expression: { } body } => body,
                PropertyDeclarationSyntax { Initializer.Value: { } initializer } => initializer,
                _ => null,
            };
            if (value is null)
                break;
            expression = value;
        }

        return expression;
    }

    private static bool IsNothing(ExpressionSyntax value, SyntaxNodeAnalysisContext context) =>
        value.IsKind(SyntaxKind.NullLiteralExpression) || value is PostfixUnaryExpressionSyntax { Operand.RawKind: (int)SyntaxKind.NullLiteralExpression } || context.SemanticModel.GetConstantValue(value, context.CancellationToken) is { HasValue: true, Value: null or "" };
}
