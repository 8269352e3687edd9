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

/// <summary>RDSIAM003, 004, 005 and 008 on the builders' SslMode property, indexer and Add, with the same judgement as on strings.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SslModeThroughApiAnalyzer : DiagnosticAnalyzer
{
    // Whether a file speaks of the callback at all: its text costs less than its nodes.
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> CallbackMentions = new();

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        MissingSslModeRule.Descriptor,
        UnencryptedSslModeRule.Descriptor,
        UnverifiedSslModeRule.Descriptor,
        RejectedOptionRule.Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var settings = new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider);
            start.RegisterSyntaxNodeAction(node => Assignment(node, settings), SyntaxKind.SimpleAssignmentExpression);
            start.RegisterSyntaxNodeAction(node => Add(node, settings), SyntaxKind.InvocationExpression);
            start.RegisterSyntaxNodeAction(node => Creation(node, settings), SyntaxKind.ObjectCreationExpression, SyntaxKind.ImplicitObjectCreationExpression);
        });
    }

    private static void Assignment(SyntaxNodeAnalysisContext context, SettingsPerTree settings)
    {
        var assignment = (AssignmentExpressionSyntax)context.Node;
        switch (assignment.Left)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "SslMode" } member when IsBuilder(member.Expression, context):
            case IdentifierNameSyntax { Identifier.ValueText: "SslMode" } when assignment.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation } && IsBuilder(creation, context):
                Judge(context, settings, assignment.Right, assignment);
                break;
            case ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } access:
                Keyed(context, settings, arguments[0].Expression, assignment.Right, assignment, access.Expression);
                break;
            case ImplicitElementAccessSyntax { ArgumentList.Arguments: { Count: 1 } keys } when assignment.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax created }:
                Keyed(context, settings, keys[0].Expression, assignment.Right, assignment, created);
                break;
        }
    }

    private static void Add(SyntaxNodeAnalysisContext context, SettingsPerTree settings)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" } member && call.ArgumentList.Arguments is { Count: 2 } arguments)
            Keyed(context, settings, arguments[0].Expression, arguments[1].Expression, call, member.Expression);
    }

    // builder["…"] = …, builder.Add("…", …)
    private static void Keyed(SyntaxNodeAnalysisContext context, SettingsPerTree settings, ExpressionSyntax key, ExpressionSyntax value, SyntaxNode whole, ExpressionSyntax builder)
    {
        if (key is not LiteralExpressionSyntax { Token.Value: string { Length: > 1 and < 40 } name })
            return;
        var known = name.Trim().ToLowerInvariant();
        var isSslMode = MySqlKeys.Find(known) == MySqlKey.SslMode;
        if (!isSslMode && !MySqlKeys.MayBeRejected(known) || !IsBuilder(builder, context))
            return;
        var own = settings.Of(whole.SyntaxTree);
        var driver = DriverTypes.DriverOf(context.SemanticModel.GetTypeInfo(builder, context.CancellationToken).Type);
        if (driver != MySqlDrivers.None && !own.IsExcluded(whole.SyntaxTree.FilePath))
        {
            if (!RejectedOptionRule.IsAcceptedKey(known, driver))
            {
                Rejected(key, RejectedOptionRule.OfKey(name, driver));
                return;
            }

            if (isSslMode && value is LiteralExpressionSyntax { Token.Value: string mode } && RejectedOptionRule.OfMode(name, mode, driver, own) is { } refused)
            {
                Rejected(value, refused);
                return;
            }
        }

        if (isSslMode)
            Judge(context, settings, value, whole);

        void Rejected(ExpressionSyntax at, (object[] Words, string? Replacement) found) => context.ReportDiagnostic(Diagnostic.Create(
            RejectedOptionRule.Descriptor,
            at.GetLocation(),
            ImmutableDictionary<string, string?>.Empty.Add(ConnectionStringAnalyzer.Replacement, found.Replacement).Add(PasswordThroughApiAnalyzer.Kind, PasswordThroughApiAnalyzer.KindSetting),
            found.Words));
    }

    private static bool IsSslMode(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax { Token.Value: string key } && MySqlKeys.Find(key.Trim().ToLowerInvariant()) == MySqlKey.SslMode;

    private static bool IsBuilder(ExpressionSyntax expression, SyntaxNodeAnalysisContext context) =>
        DriverTypes.IsBuilder(context.SemanticModel.GetTypeInfo(expression, context.CancellationToken).Type);

    private static void Judge(SyntaxNodeAnalysisContext context, SettingsPerTree settings, ExpressionSyntax value, SyntaxNode whole)
    {
        var own = settings.Of(whole.SyntaxTree);
        if (own.IsExcluded(whole.SyntaxTree.FilePath) || ModeOf(value, context) is not { } found)
            return;
        var (mode, text) = found;
        if (UnencryptedSslModeRule.IsTooWeak(mode, own))
            Report(UnencryptedSslModeRule.Descriptor, UnencryptedSslModeRule.Better(own), text, UnencryptedSslModeRule.Better(own));
        else if (UnverifiedSslModeRule.IsTooWeak(mode, own) && !VerifiesByCallback(whole))
            Report(UnverifiedSslModeRule.Descriptor, nameof(TlsMode.VerifyFull), text, UnverifiedSslModeRule.Lack(mode), nameof(TlsMode.VerifyFull));

        void Report(DiagnosticDescriptor rule, string replacement, params object[] words) =>
            context.ReportDiagnostic(Diagnostic.Create(
                rule,
                whole.GetLocation(),
                ImmutableDictionary<string, string?>.Empty.Add(ConnectionStringAnalyzer.Replacement, replacement).Add(PasswordThroughApiAnalyzer.Kind, PasswordThroughApiAnalyzer.KindSetting),
                words));
    }

    // Required is the mode in which the driver leaves the certificate to a callback. One that accepts everything is RDSIAM009's.
    private static bool VerifiesByCallback(SyntaxNode node) =>
        CallbackMentions.GetValue(node.SyntaxTree, static tree => new StrongBox<bool>(tree.GetText().ToString().IndexOf("RemoteCertificateValidationCallback", StringComparison.Ordinal) >= 0)).Value
        && node.FirstAncestorOrSelf<MemberDeclarationSyntax>(static member => member is not GlobalStatementSyntax) is { } member
        && member.DescendantNodes().OfType<IdentifierNameSyntax>().Any(static name => name.Identifier.ValueText is "UseRemoteCertificateValidationCallback" or "RemoteCertificateValidationCallback");

    private static (TlsMode Mode, string Text)? ModeOf(ExpressionSyntax value, SyntaxNodeAnalysisContext context)
    {
        switch (value)
        {
            case ConditionalExpressionSyntax conditional:
                return Weakest([ModeOf(conditional.WhenTrue, context), ModeOf(conditional.WhenFalse, context)]);
            case SwitchExpressionSyntax choice:
                return Weakest(choice.Arms.Select(arm => ModeOf(arm.Expression, context)));
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce:
                return ModeOf(coalesce.Right, context);
            case ParenthesizedExpressionSyntax parenthesized:
                return ModeOf(parenthesized.Expression, context);
            case MemberAccessExpressionSyntax member when TlsModes.Parse(member.Name.Identifier.ValueText) is { } named:
                return (named, member.Name.Identifier.ValueText);
            // Enum.Parse<MySqlSslMode>("None")
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "Enum" }, Name: GenericNameSyntax { Identifier.ValueText: "Parse" } }, ArgumentList.Arguments: { Count: > 0 } arguments }:
                return KnownValue.Of(arguments[0].Expression, context.SemanticModel, context.CancellationToken) is { } name && TlsModes.Parse(name) is { } read ? (read, name) : null;
            case CastExpressionSyntax { Expression: LiteralExpressionSyntax { Token.Value: int number } } when TlsModes.Parse(number.ToString(System.Globalization.CultureInfo.InvariantCulture)) is { } cast:
                return (cast, cast.ToString());
        }

        if (KnownValue.Of(value, context.SemanticModel, context.CancellationToken) is { } text && TlsModes.Parse(text) is { } parsed)
            return (parsed, text);
        if (context.SemanticModel.GetConstantValue(value, context.CancellationToken) is { HasValue: true, Value: int constant } && constant is >= 0 and <= 4)
            return ((TlsMode)constant, ((TlsMode)constant).ToString());
        return VariableMode(value, context);
    }

    private static (TlsMode Mode, string Text)? Weakest(IEnumerable<(TlsMode Mode, string Text)?> modes)
    {
        (TlsMode Mode, string Text)? weakest = null;
        foreach (var mode in modes)
        {
            if (mode is not null && (weakest is null || mode.Value.Mode < weakest.Value.Mode))
                weakest = mode;
        }

        return weakest;
    }

    // A local or a field that is given its mode where it is declared, and nowhere else.
    private static (TlsMode Mode, string Text)? VariableMode(ExpressionSyntax value, SyntaxNodeAnalysisContext context)
    {
        if (value is not (IdentifierNameSyntax or MemberAccessExpressionSyntax)
            || context.SemanticModel.GetSymbolInfo(value, context.CancellationToken).Symbol is not { } symbol
            || symbol is not (ILocalSymbol or IFieldSymbol { IsReadOnly: true })
            || symbol.DeclaringSyntaxReferences is not { Length: 1 } references
            || references[0].SyntaxTree != value.SyntaxTree
            || references[0].GetSyntax(context.CancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: { } initializer } declarator
            || initializer == value)
            return null;
        var isGivenAnother = declarator.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            && type.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => assignment.Left is SimpleNameSyntax name && name.Identifier.ValueText == declarator.Identifier.ValueText
                || assignment.Left is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var member } && member.Identifier.ValueText == declarator.Identifier.ValueText);
        return isGivenAnother ? null : ModeOf(initializer, context);
    }

    // A builder that is given a server and never an SslMode.
    private static void Creation(SyntaxNodeAnalysisContext context, SettingsPerTree settings)
    {
        var creation = (BaseObjectCreationExpressionSyntax)context.Node;
        if (creation is ObjectCreationExpressionSyntax { Type: var type } && type.ToString().IndexOf("MySqlConnectionStringBuilder", StringComparison.Ordinal) < 0)
            return;
        // new() is bound only where the declared type stands beside it: there are many of them.
        if (creation is ImplicitObjectCreationExpressionSyntax && DeclaredType(creation)?.ToString().IndexOf("MySqlConnectionStringBuilder", StringComparison.Ordinal) is not >= 0)
            return;
        if (creation.ArgumentList is { Arguments.Count: > 0 } || !IsBuilder(creation, context))
            return;
        var own = settings.Of(creation.SyntaxTree);
        if (own.MinimumSslMode <= TlsMode.Preferred || own.IsExcluded(creation.SyntaxTree.FilePath))
            return;
        var member = creation.FirstAncestorOrSelf<MemberDeclarationSyntax>(static node => node is not GlobalStatementSyntax) ?? creation.SyntaxTree.GetRoot(context.CancellationToken);
        var variable = VariableOf(creation);
        // What a field or property holds may be completed anywhere in its type.
        if (variable is not null && member is BaseFieldDeclarationSyntax or PropertyDeclarationSyntax)
            member = member.Parent ?? member;
        ExpressionSyntax? server = null;
        foreach (var node in member.DescendantNodes())
        {
            switch (node)
            {
                case IdentifierNameSyntax { Identifier.ValueText: "SslMode" } when IsOf(node, creation, variable):
                case LiteralExpressionSyntax literal when IsSslMode(literal) && IsOf(node, creation, variable):
                    return;
                case AssignmentExpressionSyntax assignment when server is null && Assigns(assignment, creation):
                    server = assignment.Right;
                    break;
                // { { "Server", host } }
                case InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ComplexElementInitializerExpression, Expressions: { Count: 2 } pair } element when server is null && element.Parent == creation.Initializer && IsServer(pair[0]):
                    server = pair[1];
                    break;
                // builder.Add("Server", host)
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add", Expression: IdentifierNameSyntax receiver }, ArgumentList.Arguments: { Count: 2 } arguments }
                    when server is null && IsServer(arguments[0].Expression) && receiver.Identifier.ValueText == variable:
                    server = arguments[1].Expression;
                    break;
            }
        }

        if (server is null || own.LocalHosts != LocalHosts.Report
            && KnownValue.Of(server, context.SemanticModel, context.CancellationToken) is { } host && ConnectionStringShape.IsLocalHost(host))
            return;
        context.ReportDiagnostic(Diagnostic.Create(
            MissingSslModeRule.Descriptor,
            creation is ObjectCreationExpressionSyntax named ? named.Type.GetLocation() : creation.NewKeyword.GetLocation(),
            ImmutableDictionary<string, string?>.Empty.Add(PasswordThroughApiAnalyzer.Kind, PasswordThroughApiAnalyzer.KindSetting).Add(ConnectionStringAnalyzer.Replacement, nameof(TlsMode.VerifyFull)),
            own.MinimumSslMode == TlsMode.Required ? nameof(TlsMode.Required) : nameof(TlsMode.VerifyFull)));
    }

    // Whether a name or key belongs to the builder that is made here: in its initializer, or at its variable. Without a variable nobody can tell.
    private static bool IsOf(SyntaxNode key, BaseObjectCreationExpressionSyntax creation, string? variable) => variable is null || creation.Span.Contains(key.Span) || key.Parent switch
    {
        // builder.SslMode, this.builder.SslMode
        MemberAccessExpressionSyntax { Expression: var receiver } => IsNamed(receiver, variable),
        // builder["SslMode"], builder.Add("SslMode", …)
        ArgumentSyntax { Parent.Parent: ElementAccessExpressionSyntax access } => IsNamed(access.Expression, variable),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call } } => IsNamed(call.Expression, variable),
        _ => false,
    };

    private static bool IsNamed(ExpressionSyntax expression, string variable) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == variable,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText == variable,
        PostfixUnaryExpressionSyntax suppressed => IsNamed(suppressed.Operand, variable),
        _ => false,
    };

    // The type that new() takes from the declaration around it.
    private static TypeSyntax? DeclaredType(BaseObjectCreationExpressionSyntax creation) => creation.Parent switch
    {
        EqualsValueClauseSyntax { Parent.Parent: VariableDeclarationSyntax declaration } => declaration.Type,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => property.Type,
        ArrowExpressionClauseSyntax arrow => ResultType(arrow.Parent),
        ReturnStatementSyntax => ResultType(creation.FirstAncestorOrSelf<SyntaxNode>(static node => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax or BasePropertyDeclarationSyntax or AnonymousFunctionExpressionSyntax)),
        _ => null,
    };

    private static TypeSyntax? ResultType(SyntaxNode? member) => member switch
    {
        MethodDeclarationSyntax method => method.ReturnType,
        LocalFunctionStatementSyntax function => function.ReturnType,
        BasePropertyDeclarationSyntax property => property.Type,
        _ => null,
    };

    private static bool Assigns(AssignmentExpressionSyntax assignment, BaseObjectCreationExpressionSyntax creation) => assignment.Left switch
    {
        IdentifierNameSyntax { Identifier.ValueText: "Server" } => assignment.Parent == creation.Initializer,
        ImplicitElementAccessSyntax { ArgumentList.Arguments: { Count: 1 } keys } => assignment.Parent == creation.Initializer && IsServer(keys[0].Expression),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Server", Expression: IdentifierNameSyntax receiver } => receiver.Identifier.ValueText == VariableOf(creation),
        ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax receiver, ArgumentList.Arguments: { Count: 1 } keys } => receiver.Identifier.ValueText == VariableOf(creation) && IsServer(keys[0].Expression),
        _ => false,
    };

    private static bool IsServer(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax { Token.Value: string key } && MySqlKeys.Find(key.Trim().ToLowerInvariant()) == MySqlKey.Server;

    private static string? VariableOf(BaseObjectCreationExpressionSyntax creation) => creation.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => declarator.Identifier.ValueText,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => property.Identifier.ValueText,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } => name.Identifier.ValueText,
        AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } } => name.Identifier.ValueText,
        _ => null,
    };
}
