using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What a string is for, by where it goes: into a MySQL API, into another database's, or past a name that tells.</summary>
internal readonly struct StringPurpose
{
    private StringPurpose(bool isMySqlSink, MySqlDrivers driver, Leaning leaning, bool setsTlsElsewhere)
    {
        IsMySqlSink = isMySqlSink;
        Driver = driver;
        Leaning = leaning;
        SetsTlsElsewhere = setsTlsElsewhere;
    }

    /// <summary>The string reaches an API that takes nothing but a MySQL connection string.</summary>
    public bool IsMySqlSink { get; }

    /// <summary>The driver behind that API, when it is known.</summary>
    public MySqlDrivers Driver { get; }

    /// <summary>What the names around the string say.</summary>
    public Leaning Leaning { get; }

    /// <summary>SslMode is given to the same connection by other means: a builder's property, a longer string.</summary>
    public bool SetsTlsElsewhere { get; }

    /// <param name="root">The whole string.</param>
    /// <param name="model">The tree's model; binding a method is what costs, so names are asked first.</param>
    /// <param name="drivers">The compilation's drivers.</param>
    /// <param name="settings">The tree's settings.</param>
    /// <param name="sinksOnly">The form of the string says that it is not MySQL's, so that only a MySQL API could make it one: what names say is of no interest.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static StringPurpose Of(ExpressionSyntax root, SemanticModel model, CompilationDrivers drivers, AnalyzerSettings settings, bool sinksOnly, CancellationToken cancellationToken) =>
        new Reader(model, drivers, settings, sinksOnly, cancellationToken).Read(root);

    /// <summary>What the file says: its using directives, then its own namespace, types and members.</summary>
    public static Leaning OfSurroundings(SyntaxNode node)
    {
        for (var current = node; current is not null; current = current.Parent)
        {
            var leaning = current switch
            {
                MethodDeclarationSyntax method => DatabaseNames.Of(method.Identifier.ValueText),
                BaseTypeDeclarationSyntax type => DatabaseNames.Of(type.Identifier.ValueText),
                _ => Leaning.Unknown,
            };
            if (leaning != Leaning.Unknown)
                return leaning;
        }

        var mySql = false;
        var other = false;
        foreach (var directive in node.SyntaxTree.GetCompilationUnitRoot().DescendantNodes(static child => child is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<UsingDirectiveSyntax>())
        {
            var leaning = DatabaseNames.OfNamespace(directive.Name?.ToString() ?? "");
            mySql |= leaning == Leaning.MySql;
            other |= leaning == Leaning.Other;
        }

        if (mySql != other)
            return mySql ? Leaning.MySql : Leaning.Other;
        if (node.FirstAncestorOrSelf<BaseNamespaceDeclarationSyntax>() is { } space && DatabaseNames.OfNamespace(space.Name.ToString()) is var own && own != Leaning.Unknown)
            return own;
        return Leaning.Unknown;
    }

    private sealed class Reader
    {
        private readonly SemanticModel _model;
        private readonly CompilationDrivers _drivers;
        private readonly AnalyzerSettings _settings;
        private readonly bool _sinksOnly;
        private readonly CancellationToken _cancellationToken;
        private bool _sink;
        private bool _tls;
        private MySqlDrivers _driver;
        private Leaning _leaning;

        public Reader(SemanticModel model, CompilationDrivers drivers, AnalyzerSettings settings, bool sinksOnly, CancellationToken cancellationToken)
        {
            _model = model;
            _drivers = drivers;
            _settings = settings;
            _sinksOnly = sinksOnly;
            _cancellationToken = cancellationToken;
        }

        public StringPurpose Read(ExpressionSyntax root)
        {
            Climb(root, 0);
            return new StringPurpose(_sink, _driver, _leaning, _tls);
        }

        private void Lean(Leaning leaning)
        {
            if (_leaning == Leaning.Unknown)
                _leaning = leaning;
        }

        private void Sink(MySqlDrivers driver)
        {
            _sink = true;
            if (_driver == MySqlDrivers.None)
                _driver = driver;
        }

        private void Climb(ExpressionSyntax expression, int depth)
        {
            if (expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } && depth == 0)
                Follow(expression is IdentifierNameSyntax name ? name.Identifier.ValueText : ((MemberAccessExpressionSyntax)expression).Name.Identifier.ValueText, expression, depth);
            SyntaxNode node = expression;
            // What a call makes of the string is not the string any more: its names tell, its uses do not.
            var isString = true;
            while (node.Parent is { } parent && !_cancellationToken.IsCancellationRequested)
            {
                switch (parent)
                {
                    case ArgumentSyntax { Parent: BaseArgumentListSyntax { Parent: { } owner } } argument:
                        ReadCall(owner, argument);
                        isString = false;
                        break;
                    case AttributeArgumentSyntax { Parent.Parent: AttributeSyntax attribute }:
                        Lean(DatabaseNames.Of(attribute.Name.ToString()));
                        break;
                    case AssignmentExpressionSyntax assignment when assignment.Right == node:
                        ReadTarget(assignment.Left, isString, depth);
                        break;
                    case VariableDeclaratorSyntax declarator:
                        Lean(DatabaseNames.Of(declarator.Identifier.ValueText));
                        if (declarator.Parent is VariableDeclarationSyntax { Type: var type })
                        {
                            Lean(DatabaseNames.Of(type.ToString()));
                            if (isString && IsTextType(type))
                                Follow(declarator.Identifier.ValueText, declarator, depth);
                        }

                        break;
                    case PropertyDeclarationSyntax property:
                        Lean(DatabaseNames.Of(property.Identifier.ValueText));
                        if (isString)
                            Follow(property.Identifier.ValueText, property, depth);
                        return;
                    case ParameterSyntax parameter:
                        Lean(DatabaseNames.Of(parameter.Identifier.ValueText));
                        Follow(parameter.Identifier.ValueText, parameter, depth);
                        break;
                    case InitializerExpressionSyntax initializer when initializer.IsKind(SyntaxKind.ComplexElementInitializerExpression):
                        foreach (var element in initializer.Expressions)
                        {
                            if (element != node && element is LiteralExpressionSyntax { Token.Value: string key })
                                Lean(DatabaseNames.Of(key));
                        }

                        break;
                    case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddMySql" or "ConfigureWarnings" }:
                        return;
                    case MethodDeclarationSyntax or LocalFunctionStatementSyntax or BaseTypeDeclarationSyntax or ConstructorDeclarationSyntax or AccessorDeclarationSyntax:
                        return;
                    case BlockSyntax { Parent: AnonymousFunctionExpressionSyntax }:
                    case StatementSyntax when _sink || _leaning != Leaning.Unknown:
                        return;
                }

                node = parent;
            }
        }

        private static bool IsTextType(TypeSyntax type) => type.IsVar || type.ToString() is "string" or "String" or "string?" or "System.String" or "StringBuilder" or "System.Text.StringBuilder";

        // The argument's owner: a call, a creation, an indexer, a base constructor.
        private void ReadCall(SyntaxNode owner, ArgumentSyntax argument)
        {
            switch (owner)
            {
                case ObjectCreationExpressionSyntax creation:
                    ReadType(creation.Type.ToString(), creation, argument);
                    break;
                case ImplicitObjectCreationExpressionSyntax creation:
                    ReadType(DeclaredType(creation) ?? TypeName(creation), creation, argument);
                    break;
                case InvocationExpressionSyntax invocation:
                    ReadInvocation(invocation, argument);
                    break;
                case ConstructorInitializerSyntax { Parent.Parent: TypeDeclarationSyntax { BaseList: { } bases } }:
                    Lean(DatabaseNames.Of(bases.Types.FirstOrDefault()?.ToString()));
                    break;
                case PrimaryConstructorBaseTypeSyntax baseType:
                    Lean(DatabaseNames.Of(baseType.Type.ToString()));
                    break;
                case ElementAccessExpressionSyntax access:
                    Lean(DatabaseNames.Of(access.Expression.ToString()));
                    break;
            }
        }

        private static string? DeclaredType(ImplicitObjectCreationExpressionSyntax creation) => creation.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration } } => declaration.Type.ToString(),
            EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => property.Type.ToString(),
            _ => null,
        };

        private void ReadType(string type, BaseObjectCreationExpressionSyntax creation, ArgumentSyntax argument)
        {
            var name = type.Substring(type.LastIndexOf('.') + 1).TrimEnd('?');
            var generic = name.IndexOf('<');
            if (generic > 0)
                name = name.Substring(0, generic);
            switch (name)
            {
                case "MySqlConnection" or "MySqlDataSource":
                    Sink(SinkDriver(creation));
                    break;
                case "MySqlConnectionStringBuilder" or "MySqlDataSourceBuilder":
                    Sink(SinkDriver(creation));
                    ReadTlsOfBuilder(creation);
                    break;
                case "MySqlDataAdapter" when argument.Parent is ArgumentListSyntax list && list.Arguments.IndexOf(argument) == 1:
                    Sink(SinkDriver(creation));
                    break;
                case "MySqlCommand" or "MySqlScript" or "MySqlParameter":
                    Lean(Leaning.MySql);
                    break;
                default:
                    if (_settings.HasExtraSinks && _settings.IsExtraSink(_model.GetSymbolInfo(creation, _cancellationToken).Symbol))
                        Sink(MySqlDrivers.None);
                    Lean(DatabaseNames.Of(name));
                    if (_leaning == Leaning.Unknown && name.EndsWith("Connection", StringComparison.Ordinal) && DriverTypes.IsOtherDriversConnection(_model.GetTypeInfo(creation, _cancellationToken).Type, _model.Compilation))
                        Lean(Leaning.Other);
                    break;
            }
        }

        private void ReadInvocation(InvocationExpressionSyntax invocation, ArgumentSyntax argument)
        {
            var name = invocation.Expression switch
            {
                MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
                SimpleNameSyntax simple => simple.Identifier.ValueText,
                MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
                _ => "",
            };
            var position = argument.Parent is ArgumentListSyntax list ? list.Arguments.IndexOf(argument) : 0;
            switch (name)
            {
                case "UseMySql" or "UseMySQL" or "AddMySqlDataSource" or "AddKeyedMySqlDataSource" or "UseMySqlConnector":
                    Sink(SinkDriver(invocation));
                    return;
                case "AddMySql" when position == 0 && invocation.Expression.ToString().IndexOf("HealthCheck", StringComparison.OrdinalIgnoreCase) >= 0:
                    Sink(MySqlDrivers.None);
                    return;
                // A text that is looked for is a piece of a connection string: the rest of it is not seen.
                case "StartsWith" or "EndsWith" or "Contains" or "DoesNotContain" or "IndexOf":
                    _tls = true;
                    break;
                case "AddEnvironmentVariable" or "WithEnvironment" or "SetEnvironmentVariable":
                    foreach (var each in invocation.ArgumentList.Arguments)
                    {
                        if (each != argument && each.Expression is LiteralExpressionSyntax { Token.Value: string key })
                            Lean(DatabaseNames.Of(key));
                    }

                    break;
            }

            if (invocation.Expression is MemberAccessExpressionSyntax { Expression: var receiver })
            {
                if (receiver.ToString() is "MySqlHelper" && position == 0)
                {
                    Sink(SinkDriver(invocation));
                    return;
                }

                if (name is "AutoDetect" && receiver.ToString().EndsWith("ServerVersion", StringComparison.Ordinal))
                {
                    Sink(MySqlDrivers.None);
                    return;
                }
            }

            if (_settings.HasExtraSinks && _settings.IsExtraSink(_model.GetSymbolInfo(invocation, _cancellationToken).Symbol))
                Sink(MySqlDrivers.None);
            Lean(DatabaseNames.Of(name));
            if (invocation.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } access)
                Lean(DatabaseNames.Of(access.Expression.ToString()));
        }

        private void ReadTarget(ExpressionSyntax target, bool isString, int depth)
        {
            switch (target)
            {
                case IdentifierNameSyntax name when target.Parent?.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation }:
                    if (name.Identifier.ValueText == "ConnectionString" && CreatedName(creation) is "MySqlConnection" or "MySqlConnectionStringBuilder" or "MySqlDataSource")
                        Sink(SinkDriver(creation));
                    Lean(DatabaseNames.Of(name.Identifier.ValueText));
                    Lean(DatabaseNames.Of(CreatedName(creation)));
                    break;
                case IdentifierNameSyntax name:
                    Lean(DatabaseNames.Of(name.Identifier.ValueText));
                    if (isString)
                        Follow(name.Identifier.ValueText, target, depth);
                    break;
                case MemberAccessExpressionSyntax member:
                    if (_settings.HasExtraSinks && _model.GetSymbolInfo(member, _cancellationToken).Symbol is IPropertySymbol property && _settings.IsExtraSink(property))
                        Sink(MySqlDrivers.None);
                    if (member.Name.Identifier.ValueText == "ConnectionString" && DriverOf(member.Expression) is var driver && driver != MySqlDrivers.None)
                        Sink(driver);
                    Lean(DatabaseNames.Of(member.Name.Identifier.ValueText));
                    if (isString && member.Expression is ThisExpressionSyntax)
                        Follow(member.Name.Identifier.ValueText, target, depth);
                    else if (!_sinksOnly && _leaning == Leaning.Unknown && _model.GetTypeInfo(member.Expression, _cancellationToken).Type is { } receiver)
                        Lean(DatabaseNames.Of(receiver.Name));
                    Lean(DatabaseNames.Of(member.Expression.ToString()));
                    break;
                case ElementAccessExpressionSyntax access:
                    Lean(DatabaseNames.Of(access.ToString()));
                    break;
                case ImplicitElementAccessSyntax access:
                    Lean(DatabaseNames.Of(access.ToString()));
                    break;
            }
        }

        private string CreatedName(BaseObjectCreationExpressionSyntax creation)
        {
            var type = creation is ObjectCreationExpressionSyntax explicitCreation ? explicitCreation.Type.ToString() : TypeName(creation);
            return type.Substring(type.LastIndexOf('.') + 1);
        }

        // Without a driver in sight new() can only make a driver's type that does not resolve.
        private string TypeName(BaseObjectCreationExpressionSyntax creation) =>
            _sinksOnly && _drivers.MySql == MySqlDrivers.None ? "" : _model.GetTypeInfo(creation, _cancellationToken).Type?.Name ?? "";

        /// <summary>The driver of a call or creation that is MySQL's by its name.</summary>
        private MySqlDrivers SinkDriver(ExpressionSyntax sink) => _drivers.OnlyDriver is var only && only != MySqlDrivers.None ? only : DriverOf(sink);

        private MySqlDrivers DriverOf(ExpressionSyntax expression)
        {
            if (_drivers.MySql == MySqlDrivers.None)
                return MySqlDrivers.None;
            var symbol = _model.GetTypeInfo(expression, _cancellationToken).Type is { TypeKind: not TypeKind.Error } type && DriverTypes.DriverOf(type) is var direct && direct != MySqlDrivers.None
                ? direct
                : MySqlDrivers.None;
            if (symbol != MySqlDrivers.None)
                return symbol;
            return _model.GetSymbolInfo(expression, _cancellationToken).Symbol is IMethodSymbol method ? DriverTypes.DriverOf(method.ContainingType) : MySqlDrivers.None;
        }

        private void ReadTlsOfBuilder(SyntaxNode creation)
        {
            if (creation.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
                return;
            foreach (var name in member.DescendantNodes().OfType<IdentifierNameSyntax>())
            {
                if (name.Identifier.ValueText is "SslMode" or "UseRdsIamAuth" && (name.Parent is AssignmentExpressionSyntax || name.Parent?.Parent is AssignmentExpressionSyntax or InvocationExpressionSyntax))
                    _tls = true;
            }
        }

        // Where a variable that holds the string goes: its other uses in the same member or type.
        private void Follow(string name, SyntaxNode declaration, int depth)
        {
            if (depth > 1)
                return;
            var scope = declaration is ParameterSyntax or StatementSyntax || declaration.FirstAncestorOrSelf<StatementSyntax>() is not null && IsLocal(name, declaration)
                ? declaration.FirstAncestorOrSelf<SyntaxNode>(static ancestor => ancestor is BaseMethodDeclarationSyntax or PropertyDeclarationSyntax or CompilationUnitSyntax || ancestor is TypeDeclarationSyntax)
                : declaration.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? (SyntaxNode)declaration.SyntaxTree.GetCompilationUnitRoot(_cancellationToken);
            if (scope is null)
                return;
            foreach (var use in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
            {
                if (use.Identifier.ValueText != name || declaration.Span.Contains(use.Span) || use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use)
                    continue;
                ExpressionSyntax value = use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : use;
                // sb.ToString(), cs.Replace(…)
                while (value.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } receiver && receiver.Expression == value && receiver.Name.Identifier.ValueText is "ToString" or "Trim" or "Replace" or "Append")
                    value = call;
                if (value.Parent is InterpolationSyntax or BinaryExpressionSyntax && value.FirstAncestorOrSelf<StatementSyntax>()?.ToString() is { } longer
                    && longer.IndexOf("sslmode", StringComparison.OrdinalIgnoreCase) + longer.IndexOf("ssl mode", StringComparison.OrdinalIgnoreCase) > -2)
                    _tls = true;
                Climb(value, depth + 1);
            }
        }

        private static bool IsLocal(string name, SyntaxNode declaration)
        {
            var member = declaration.FirstAncestorOrSelf<SyntaxNode>(static ancestor => ancestor is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or GlobalStatementSyntax);
            if (member is null)
                return false;
            var scope = member is GlobalStatementSyntax ? member.Parent! : member;
            return scope.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(declarator => declarator.Identifier.ValueText == name && declarator.FirstAncestorOrSelf<FieldDeclarationSyntax>() is null);
        }
    }
}
