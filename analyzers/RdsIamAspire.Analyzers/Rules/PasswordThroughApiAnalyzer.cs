using System.Collections.Immutable;
using System.Runtime.CompilerServices;
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
/// RDSIAM002: a password that stands in the source is handed to a MySQL API: a builder's property, indexer or Add, a data source, an Aspire
/// parameter, an environment variable of the MySQL image.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class PasswordThroughApiAnalyzer : DiagnosticAnalyzer
{
    internal const string Id = "RDSIAM002";

    /// <summary>Key of the property that tells the fix what kind of call it has before it.</summary>
    internal const string Kind = "kind";

    internal const string KindSetting = "setting";
    internal const string KindAspireParameter = "aspire-parameter";
    internal const string KindEnvironment = "environment";
    internal const string KindTuple = "tuple";
    internal const string KindPair = "pair";

    internal static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        RuleTexts.Get("RDSIAM002_Title"),
        RuleTexts.Get("RDSIAM002_Message"),
        RuleTexts.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM002_Description"),
        RuleTexts.Page(Id));

    // Whether a file adds a MySQL resource, asked once for each file.
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> MySqlResources = new();

    // Whether a file speaks of MySQL at all.
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> MySqlMentions = new();

    // The variables of a file that hold a key: const string key = "Password".
    private static readonly ConditionalWeakTable<SyntaxTree, HashSet<string>> PasswordKeys = new();

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
            var drivers = CompilationDrivers.Of(start.Compilation);
            start.RegisterSyntaxNodeAction(node => Assignment(node, settings, drivers), SyntaxKind.SimpleAssignmentExpression, SyntaxKind.CoalesceAssignmentExpression);
            start.RegisterSyntaxNodeAction(node => Call(node, settings), SyntaxKind.InvocationExpression);
            start.RegisterSyntaxNodeAction(node => Element(node, settings), SyntaxKind.ComplexElementInitializerExpression);
        });
    }

    private static bool IsPasswordTarget(ExpressionSyntax target) => target switch
    {
        MemberAccessExpressionSyntax member => IsPasswordName(member.Name.Identifier.ValueText),
        IdentifierNameSyntax name => IsPasswordName(name.Identifier.ValueText),
        _ => false,
    };

    private static bool IsPasswordName(string name) => name is "Password" or "Password1" or "Password2" or "Password3" or "Pwd";

    // A value that can be known, in a file that can have a driver's type in it: the rest is not worth the binding.
    private static bool MayBePassword(ExpressionSyntax value, SyntaxTree tree, CompilationDrivers drivers) =>
        value is not (InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Expression: not (LiteralExpressionSyntax or ThisExpressionSyntax) } } or ElementAccessExpressionSyntax or AwaitExpressionSyntax or ThisExpressionSyntax)
        && !value.IsKind(SyntaxKind.NullLiteralExpression)
        && (MentionsMySql(tree) || drivers.MySql != MySqlDrivers.None);

    private static bool MentionsMySql(SyntaxTree tree) =>
        MySqlMentions.GetValue(tree, static each => new StrongBox<bool>(each.GetText().ToString().IndexOf("MySql", StringComparison.OrdinalIgnoreCase) >= 0)).Value;

    private static void Assignment(SyntaxNodeAnalysisContext context, SettingsPerTree settings, CompilationDrivers drivers)
    {
        var assignment = (AssignmentExpressionSyntax)context.Node;
        switch (assignment.Left)
        {
            // (builder.Server, builder.Password) = ("…", "…")
            case TupleExpressionSyntax { Arguments: var targets } when assignment.Right is TupleExpressionSyntax { Arguments: var values } && values.Count == targets.Count:
                for (var i = 0; i < targets.Count; i++)
                {
                    if (targets[i].Expression is MemberAccessExpressionSyntax member && IsPasswordName(member.Name.Identifier.ValueText) && IsMySqlReceiver(member.Expression, context))
                        Report(context, settings, values[i].Expression, values[i], member.Name.Identifier.ValueText, KindTuple);
                }

                break;
            case MemberAccessExpressionSyntax or IdentifierNameSyntax when !IsPasswordTarget(assignment.Left) || !MayBePassword(assignment.Right, assignment.SyntaxTree, drivers):
                break;
            // builder.Password = …, dataSource.Password = …
            case MemberAccessExpressionSyntax member when IsPasswordName(member.Name.Identifier.ValueText):
                if (IsMySqlReceiver(member.Expression, context))
                    Report(context, settings, assignment.Right, assignment, member.Name.Identifier.ValueText, KindSetting);
                break;
            // new MySqlConnectionStringBuilder { Password = … }
            case IdentifierNameSyntax name when IsPasswordName(name.Identifier.ValueText) && assignment.Parent is InitializerExpressionSyntax initializer:
                if (IsMySqlInitializer(initializer, context))
                    Report(context, settings, assignment.Right, assignment, name.Identifier.ValueText, KindSetting);
                break;
            // builder["Password"] = …, environment["MYSQL_PWD"] = …
            case ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } access when IsTellingKey(arguments[0].Expression, context):
                Keyed(context, settings, arguments[0].Expression, assignment.Right, assignment, () => IsMySqlReceiver(access.Expression, context));
                break;
            // { ["Password"] = … }
            case ImplicitElementAccessSyntax { ArgumentList.Arguments: { Count: 1 } arguments } when IsTellingKey(arguments[0].Expression, context) && assignment.Parent is InitializerExpressionSyntax initializer:
                Keyed(context, settings, arguments[0].Expression, assignment.Right, assignment, () => IsMySqlInitializer(initializer, context));
                break;
        }
    }

    // { { "Password", "…" } }
    private static void Element(SyntaxNodeAnalysisContext context, SettingsPerTree settings)
    {
        var element = (InitializerExpressionSyntax)context.Node;
        if (element.Expressions.Count == 2 && IsTellingKey(element.Expressions[0], context))
            Keyed(context, settings, element.Expressions[0], element.Expressions[1], element, () => element.Parent is InitializerExpressionSyntax outer && IsMySqlInitializer(outer, context));
    }

    private static void Call(SyntaxNodeAnalysisContext context, SettingsPerTree settings)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        var arguments = call.ArgumentList.Arguments;
        if (arguments.Count == 0)
            return;
        var name = call.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
            MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
            IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
            _ => "",
        };
        switch (name)
        {
            case "Add" or "TryAdd" or "WithEnvironment" or "SetEnvironmentVariable" or "AddEnvironment" when arguments.Count >= 2 && IsTellingKey(KeyOf(arguments), context):
                Keyed(context, settings, KeyOf(arguments), ValueOf(arguments), call, () => name is "Add" && call.Expression is MemberAccessExpressionSyntax { Expression: var receiver } && IsMySqlReceiver(receiver, context));
                break;
            case "AddParameter" when arguments.Count >= 2 && (arguments[0].Expression is LiteralExpressionSyntax { Token.Value: string parameter } && NamesPassword(parameter) || HasMySqlResource(call.SyntaxTree)):
                Parameter(context, settings, call);
                break;
            case "AddMySql" or "WithPassword" when arguments.Count >= 1:
                PasswordArgument(context, settings, call, name);
                break;
        }
    }

    // SetEnvironmentVariable(value: "…", variable: "…") is as good as the order of the parameters.
    private static ExpressionSyntax KeyOf(SeparatedSyntaxList<ArgumentSyntax> arguments) => (IsSwapped(arguments) ? arguments[1] : arguments[0]).Expression;

    private static ExpressionSyntax ValueOf(SeparatedSyntaxList<ArgumentSyntax> arguments) => (IsSwapped(arguments) ? arguments[0] : arguments[1]).Expression;

    private static bool IsSwapped(SeparatedSyntaxList<ArgumentSyntax> arguments) => arguments[0].NameColon is { Name.Identifier.ValueText: "value" };

    // A key that names a password, or an environment variable of the MySQL and MariaDB images.
    private static bool IsTellingKey(ExpressionSyntax expression, SyntaxNodeAnalysisContext context)
    {
        if (expression is LiteralExpressionSyntax { Token.Value: string literal })
            return IsTellingKey(literal);
        return expression is IdentifierNameSyntax or MemberAccessExpressionSyntax && (NameTells(expression.ToString()) || expression is IdentifierNameSyntax name && IsConstantOf(name))
            && context.SemanticModel.GetConstantValue(expression, context.CancellationToken) is { HasValue: true, Value: string constant } && IsTellingKey(constant);
    }

    // const string key = "Password"; builder[key] = …: the constant stands in the same file, under any name.
    private static bool IsConstantOf(IdentifierNameSyntax name) =>
        MentionsMySql(name.SyntaxTree) && PasswordKeys.GetValue(name.SyntaxTree, static tree => KeysOf(tree)).Contains(name.Identifier.ValueText);

    private static HashSet<string> KeysOf(SyntaxTree tree)
    {
        var keys = new HashSet<string>();
        // The text is asked first: it costs less than any node.
        if (!NameTells(tree.GetText().ToString()))
            return keys;
        foreach (var declarator in tree.GetRoot().DescendantNodes().OfType<VariableDeclaratorSyntax>())
        {
            if (declarator.Initializer?.Value is LiteralExpressionSyntax { Token.Value: string key } && IsTellingKey(key))
                keys.Add(declarator.Identifier.ValueText);
        }

        return keys;
    }

    private static bool NameTells(string name) =>
        name.IndexOf("password", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("pwd", StringComparison.OrdinalIgnoreCase) >= 0;

    private static bool IsTellingKey(string key) => IsEnvironmentPassword(key) || MySqlKeys.Find(key.Trim().ToLowerInvariant()) == MySqlKey.Password;

    /// <summary>The environment variables that the MySQL and MariaDB images and client programs read a password from.</summary>
    /// <remarks>Source: the README of the official images mysql and mariadb; MySQL manual, "Environment Variables" (MYSQL_PWD).</remarks>
    internal static bool IsEnvironmentPassword(string key) =>
        key is "MYSQL_ROOT_PASSWORD" or "MYSQL_PASSWORD" or "MYSQL_PWD" or "MARIADB_ROOT_PASSWORD" or "MARIADB_PASSWORD" or "MYSQL_REPLICATION_PASSWORD"
            or "MYSQL_ROOT_PWD" or "MYSQL_USER_PASSWORD" or "MARIADB_REPLICATION_PASSWORD";

    private static void Keyed(SyntaxNodeAnalysisContext context, SettingsPerTree settings, ExpressionSyntax key, ExpressionSyntax value, SyntaxNode whole, Func<bool> isBuilder)
    {
        var text = context.SemanticModel.GetConstantValue(key, context.CancellationToken).Value as string ?? "";
        if (IsEnvironmentPassword(text))
            Report(context, settings, value, whole, text, KindEnvironment);
        else if (isBuilder())
            Report(context, settings, value, whole, text, KindSetting);
    }

    /// <summary>A pair that is made as an object: <c>new("MYSQL_PWD", "…")</c>, <c>KeyValuePair.Create("MYSQL_PWD", "…")</c>.</summary>
    internal static void Pair(SyntaxNodeAnalysisContext context, SettingsPerTree settings, LiteralExpressionSyntax key)
    {
        if (key.Parent is not ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: { Count: 2 } arguments, Parent: var whole } } || arguments[0].Expression != key || key.Token.Value is not string name || !IsEnvironmentPassword(name))
            return;
        if (whole is BaseObjectCreationExpressionSyntax or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: SimpleNameSyntax { Identifier.ValueText: "Create" } } })
            Report(context, settings, arguments[1].Expression, whole, name, KindPair);
    }

    private static bool IsMySqlReceiver(ExpressionSyntax receiver, SyntaxNodeAnalysisContext context)
    {
        var type = context.SemanticModel.GetTypeInfo(receiver, context.CancellationToken).Type;
        if (IsMySqlType(type))
            return true;
        // A DbConnectionStringBuilder or an unresolved name: what was it made as?
        if (type is not null && type.TypeKind != TypeKind.Error && type.Name is not ("DbConnectionStringBuilder" or "IDictionary" or "IDictionary`2"))
            return false;
        return Made(receiver) is { } created && IsMySqlName(created);
    }

    // The type that a DbConnectionStringBuilder was made as: by new, behind a cast, by a driver's factory.
    private static string? Made(ExpressionSyntax? expression) => expression switch
    {
        ParenthesizedExpressionSyntax parenthesized => Made(parenthesized.Expression),
        CastExpressionSyntax cast => Made(cast.Expression),
        PostfixUnaryExpressionSyntax suppressed => Made(suppressed.Operand),
        ObjectCreationExpressionSyntax creation => creation.Type.ToString(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CreateConnectionStringBuilder", Expression: var factory } }
            when factory.ToString() is var text && (text.IndexOf("MySqlConnectorFactory", StringComparison.Ordinal) >= 0 || text.IndexOf("MySqlClientFactory", StringComparison.Ordinal) >= 0) => "MySqlConnectionStringBuilder",
        IdentifierNameSyntax name => CreatedType(name),
        _ => null,
    };

    private static bool IsMySqlInitializer(InitializerExpressionSyntax initializer, SyntaxNodeAnalysisContext context) => initializer.Parent switch
    {
        BaseObjectCreationExpressionSyntax creation => IsMySqlType(context.SemanticModel.GetTypeInfo(creation, context.CancellationToken).Type)
            || creation is ObjectCreationExpressionSyntax { Type: var type } && IsMySqlName(type.ToString()) && context.SemanticModel.GetTypeInfo(creation, context.CancellationToken).Type is null or IErrorTypeSymbol,
        // new MySqlDataSourceBuilder { ConnectionStringBuilder = { Password = … } }
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax property } => IsMySqlType(context.SemanticModel.GetTypeInfo(property, context.CancellationToken).Type),
        WithExpressionSyntax => false,
        _ => false,
    };

    private static bool IsMySqlType(ITypeSymbol? type) => DriverTypes.IsBuilder(type) || DriverTypes.IsDataSource(type);

    private static bool IsMySqlName(string type) => type.Substring(type.LastIndexOf('.') + 1) is "MySqlConnectionStringBuilder" or "MySqlDataSource" or "MySqlBaseConnectionStringBuilder";

    private static string? CreatedType(IdentifierNameSyntax name)
    {
        var scope = name.FirstAncestorOrSelf<SyntaxNode>(static node => node is TypeDeclarationSyntax or CompilationUnitSyntax);
        return scope?.DescendantNodes().OfType<VariableDeclaratorSyntax>()
            .Where(declarator => declarator.Identifier.ValueText == name.Identifier.ValueText)
            .Select(static declarator => declarator.Initializer?.Value switch
            {
                ImplicitObjectCreationExpressionSyntax => (declarator.Parent as VariableDeclarationSyntax)?.Type.ToString(),
                null => (declarator.Parent as VariableDeclarationSyntax)?.Type.ToString(),
                IdentifierNameSyntax => null,
                var value => Made(value),
            })
            .FirstOrDefault(static type => type is not null);
    }

    // builder.AddParameter("mysql-password", "literal" | () => "literal")
    private static void Parameter(SyntaxNodeAnalysisContext context, SettingsPerTree settings, InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        var name = KnownValue.Of(arguments[0].Expression, context.SemanticModel, context.CancellationToken) ?? "";
        var value = arguments.Skip(1).FirstOrDefault(static argument => argument.NameColon is null or { Name.Identifier.ValueText: "value" or "valueGetter" })?.Expression;
        if (value is null)
            return;
        value = Body(value);
        if (value is LiteralExpressionSyntax literal && literal.Token.Value is not string)
            return;
        if (IsMySqlParameter(name, call))
            Report(context, settings, value, call, name.Length == 0 ? "AddParameter" : name, KindAspireParameter);
    }

    private static ExpressionSyntax Body(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedLambdaExpressionSyntax { ExpressionBody: { } body } => body,
        SimpleLambdaExpressionSyntax { ExpressionBody: { } body } => body,
        AnonymousFunctionExpressionSyntax { Block: { Statements.Count: 1 } block } when block.Statements[0] is ReturnStatementSyntax { Expression: { } returned } => returned,
        _ => expression,
    };

    /// <summary>A parameter is MySQL's password when it goes into AddMySql, or is named as a password and goes into no other database.</summary>
    private static bool IsMySqlParameter(string name, InvocationExpressionSyntax call)
    {
        var other = false;
        if (Goes(call, ref other))
            return true;
        if (other || !NamesPassword(name))
            return false;
        return DatabaseNames.Of(name) switch
        {
            Leaning.MySql => true,
            Leaning.Other => false,
            _ => HasMySqlResource(call.SyntaxTree),
        };
    }

    private static bool HasMySqlResource(SyntaxTree tree) =>
        MySqlResources.GetValue(tree, static each => new StrongBox<bool>(each.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Any(static name => name.Identifier.ValueText is "AddMySql" or "AddRdsMySql" or "WithRdsIamAuth")
            || each.GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>().Any(static literal => literal.Token.Value is string key && IsEnvironmentPassword(key)))).Value;

    private static bool NamesPassword(string name) =>
        name.IndexOf("password", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("pwd", StringComparison.OrdinalIgnoreCase) >= 0 || name.EndsWith("-pass", StringComparison.OrdinalIgnoreCase);

    // True when the parameter is an argument of AddMySql, directly or through a variable.
    private static bool Goes(InvocationExpressionSyntax call, ref bool other)
    {
        if (IsArgumentOf(call, ref other))
            return true;
        var variable = call.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => declarator.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } => name.Identifier.ValueText,
            _ => null,
        };
        if (variable is null)
            return false;
        foreach (var use in call.SyntaxTree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (use.Identifier.ValueText == variable && IsArgumentOf(use, ref other))
                return true;
        }

        return false;
    }

    private static bool IsArgumentOf(ExpressionSyntax value, ref bool other)
    {
        if (value.Parent is not ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } })
            return false;
        var method = member.Name.Identifier.ValueText;
        if (method is "AddMySql" || method is "WithPassword" && member.Expression.ToString().IndexOf("mysql", StringComparison.OrdinalIgnoreCase) >= 0)
            return true;
        if (method is "WithEnvironment" && value.Parent.Parent is ArgumentListSyntax { Arguments: { Count: > 1 } arguments } && arguments[0].Expression is LiteralExpressionSyntax { Token.Value: string variable })
            return IsEnvironmentPassword(variable) || NamesPassword(variable) && member.Expression.ToString().IndexOf("mysql", StringComparison.OrdinalIgnoreCase) >= 0;
        other |= DatabaseNames.Of(method) == Leaning.Other || method is "AddValkey" or "AddKeycloak" or "AddGarnet" or "AddMilvus" or "AddSeq" or "AddNats" or "AddQdrant" or "AddElasticsearch";
        return false;
    }

    // A literal where Aspire's AddMySql takes a parameter compiles nowhere, but own wrappers take strings.
    private static void PasswordArgument(SyntaxNodeAnalysisContext context, SettingsPerTree settings, InvocationExpressionSyntax call, string method)
    {
        var arguments = call.ArgumentList.Arguments;
        ExpressionSyntax? value = null;
        if (method == "AddMySql")
        {
            value = arguments.FirstOrDefault(static argument => argument.NameColon is { Name.Identifier.ValueText: "password" })?.Expression
                ?? (arguments.Count > 1 && arguments[1].NameColon is null && arguments[1].Expression is LiteralExpressionSyntax ? arguments[1].Expression : null);
            if (value is null || context.SemanticModel.GetTypeInfo(value, context.CancellationToken).Type?.SpecialType != SpecialType.System_String)
                return;
            if (value == arguments[1].Expression && arguments[1].NameColon is null
                && !(context.SemanticModel.GetSymbolInfo(call, context.CancellationToken).Symbol is IMethodSymbol { Parameters: { Length: > 1 } parameters } && parameters.Any(static each => each.Name == "password")))
                return;
        }
        else if (call.Expression is MemberAccessExpressionSyntax { Expression: var receiver }
            && context.SemanticModel.GetTypeInfo(receiver, context.CancellationToken).Type is { } type && type.ToDisplayString().IndexOf("MySqlServerResource", StringComparison.Ordinal) >= 0)
        {
            value = arguments[0].Expression;
        }

        if (value is not null)
            Report(context, settings, value, call, method, KindAspireParameter);
    }

    private static void Report(SyntaxNodeAnalysisContext context, SettingsPerTree settings, ExpressionSyntax value, SyntaxNode whole, string name, string kind)
    {
        var own = settings.Of(value.SyntaxTree);
        if (own.IsExcluded(value.SyntaxTree.FilePath) || !IsPassword(value, own, context.SemanticModel, context.CancellationToken))
            return;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            Location.Create(whole.SyntaxTree, whole.Span),
            ImmutableDictionary<string, string?>.Empty.Add(Kind, kind),
            name));
    }

    private static bool IsPassword(ExpressionSyntax value, AnalyzerSettings settings, SemanticModel model, CancellationToken cancellationToken)
    {
        if (KnownValue.Of(value, model, cancellationToken) is { } known)
            return !PlaceholderValue.Matches(known, settings.PlaceholderPatterns);
        if (value is not (InterpolatedStringExpressionSyntax or BinaryExpressionSyntax or InvocationExpressionSyntax))
            return false;
        // Composed of parts that are all known: string.Concat("a", "b"), $"{A}{b}".
        var composed = TextComposer.Compose(value, model, cancellationToken);
        return composed.Parts.All(static part => part.Kind != TextPartKind.Hole) && !PlaceholderValue.Matches(composed.Text, settings.PlaceholderPatterns);
    }
}
