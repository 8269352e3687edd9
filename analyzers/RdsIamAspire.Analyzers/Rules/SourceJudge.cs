namespace RdsIamAspire.Analyzers.Rules;

/// <summary>Goes to the places of a file that may hold something and hands each to the rules.</summary>
internal sealed class SourceJudge(SourceFile file, Action<Diagnostic> report)
{
    // The rules for calls, each with the names that a file must have for it to look.
    private static readonly (string[] Names, Func<IOperation, SourceFile, Diagnostic?> Judge)[] CallRules =
    [
        (["ProvidePasswordCallback", "UsePeriodicPasswordProvider", "UseRdsIamAuth"], PasswordBesideIamProviderRule.Judge),
        (AcceptAllCertificatesRule.Names, AcceptAllCertificatesRule.Judge),
        (["GenerateAuthToken", "GenerateAuthTokenAsync", "GetTokenAsync"], KeptAuthTokenRule.Judge),
        (["UseRdsIamAuth"], DroppedIamAuthRule.Judge),
        (["AddMySql"], AppHostRules.JudgeMySql),
        (["AddRdsMySql"], AppHostRules.JudgeRds),
        (["WithReference"], AppHostRules.JudgeReference),
        (["WithEnvironment"], AppHostRules.JudgeVariable),
        (["AddParameter"], PasswordSettingRule.JudgeParameter),
        (["AddMySql", "WithPassword"], PasswordSettingRule.JudgePasswordArgument),
    ];

    private readonly PlainLiterals _plain = new(file);
    private readonly HashSet<SyntaxNode> _pieces = [];
    private readonly HashSet<StringValue> _strings = [];
    private readonly HashSet<SyntaxNode> _settings = [];
    private readonly HashSet<SyntaxNode> _builders = [];

    // ---- strings ------------------------------------------------------------------------------------------------------------

    public void Strings(SourceScan scan)
    {
        foreach (var position in scan.Commands)
        {
            if (StringPieces.At(file, position) is { } piece && CommandLineRule.Judge(piece, file, report))
                _pieces.Add(piece);
        }

        foreach (var position in scan.Pairs.Concat(scan.Uris))
        {
            if (StringPieces.At(file, position) is { } piece && _pieces.Add(piece))
                JudgePiece(piece);
        }

        foreach (var position in scan.Sums)
        {
            if (StringPieces.SumAt(file, position) is { } piece && _pieces.Add(piece) && file.OperationOf(piece) is { } sum
                && Operations.IsSum(sum))
                JudgeString(file.Strings.Around(sum));
        }
    }

    private void JudgePiece(SyntaxNode piece)
    {
        file.CancellationToken.ThrowIfCancellationRequested();
        var isOther = HardCodedPasswordRule.MayHaveOtherForm(file.Language.StartOf(piece), file.Text, piece.Span);
        if (!isOther && StringPieces.IsJson(piece, file))
        {
            foreach (var diagnostic in EmbeddedJsonRule.Judge(piece, file))
                report(diagnostic);
            return;
        }

        if (!isOther && !LiteralGate.Passes(piece, file.Language))
            return;
        if (!isOther && file.IsCSharp && _plain.Settle(piece) is { } settled)
        {
            Judge(settled.Value, settled.Site);
            return;
        }

        var value = StringPieces.Value(piece, file);
        if (isOther)
            JudgeOtherForm(value);
        else
            JudgeString(value);
    }

    // mysql://user:password@host, jdbc:mysql:…, MYSQL_PWD=…
    private void JudgeOtherForm(StringValue value)
    {
        if (!_strings.Add(value) || file.Settings.Detection == Detection.Sinks
            || HardCodedPasswordRule.JudgeOtherForm(value.Text, file.Settings) is not { } found)
            return;
        var location = Location.Create(value.Root.SyntaxTree, value.SpanOf(found.Finding.Start, found.Finding.End));
        if (found.Finding.At(location, Descriptors.HardCodedPassword, found.IsLocal, file.Settings) is { } diagnostic)
            report(diagnostic);
    }

    private void JudgeString(StringValue value)
    {
        if (_strings.Add(value) && Sites.Of(value, file) is { } site)
            Judge(value, site);
    }

    private void Judge(StringValue value, ConnectionStringSite site)
    {
        if (HardCodedPasswordRule.Judge(site) is { } password
            && !IsFilledIn(value, value.Text.Substring(password.Start, password.End - password.Start)))
            Report(Descriptors.HardCodedPassword, password);
        if (site.IsOtherClients)
            return;
        var rejected = RejectedOptionRule.Judge(site);
        Report(Descriptors.RejectedOption, rejected);
        Report(Descriptors.MissingSslMode, MissingSslModeRule.Judge(site));
        // A mode that the driver rejects opens nothing, strong or weak.
        if (WeakSslModeRule.Judge(site) is { } weak && rejected?.Start != weak.Finding.Start)
            Report(weak.Rule, weak.Finding);

        void Report(DiagnosticDescriptor rule, Finding? finding)
        {
            if (finding is null || IsJudgedElsewhere(value, finding))
                return;
            var location = Location.Create(value.Root.SyntaxTree, value.SpanOf(finding.Start, finding.End));
            if (finding.At(location, rule, site.IsLocal, site.Settings) is { } diagnostic)
                report(diagnostic);
        }
    }

    // "…Pwd=SECRET…".Replace("SECRET", password): a pattern in words of its own, on the string or on the variable that holds it.
    private bool IsFilledIn(StringValue value, string pair)
    {
        if (value.Operation is not { } operation)
            return false;
        if (Fills(operation, pair))
            return true;
        return BuilderUses.VariableOf(operation) is { } variable && file.Flow.References(variable).Any(reference => Fills(reference, pair));
    }

    private static bool Fills(IOperation text, string pair)
    {
        for (var current = Operations.Outer(text); current.Parent is IInvocationOperation call
            && call.Instance == current; current = Operations.Outer(call))
        {
            if (call is { TargetMethod.Name: "Replace", Arguments.Length: >= 2 }
                && Operations.Constant(call.Arguments[0].Value) is { Length: > 1 } pattern
                && pair.IndexOf(pattern, StringComparison.Ordinal) >= 0
                && Operations.Inner(call.Arguments[1].Value) is not ILiteralOperation)
                return true;
        }

        return false;
    }

    // A string that is built on a whole connection string, which has had its own judgement where it is written.
    private static bool IsJudgedElsewhere(StringValue value, Finding finding) =>
        value.Parts.Any(part => part.Kind == StringPartKind.Reference && part.Start <= finding.Start
            && part.End >= finding.End - 1
            && ConnectionStringShape.Judge(ConnectionStringText.Parse(value.Text.Substring(part.Start, part.Length)))
                != ShapeVerdict.NotMySql);

    // ---- settings -----------------------------------------------------------------------------------------------------------

    public void Settings(SourceScan scan)
    {
        foreach (var position in scan.Keys)
        {
            if (StringPieces.LiteralAt(file, position) is { } literal && file.OperationOf(literal) is { } key)
                JudgeKey(key);
        }

        foreach (var name in PasswordNames.Properties.Concat(["SslMode", "Server"]))
        {
            foreach (var position in file.Names.Find(name))
            {
                if (!StringPieces.IsInText(file.Text, position) && NameUse.MayBeAssigned(file.Text, position + name.Length)
                    && file.Flow.ReferenceAt(position) is { } member && Setting.OfTarget(member) is { } setting)
                    Judge(setting);
            }
        }
    }

    // A literal key, or the constant that holds one, wherever it is used.
    private void JudgeKey(IOperation key)
    {
        if (Setting.OfKey(key) is { } setting)
        {
            Judge(setting);
            return;
        }

        if (BuilderUses.VariableOf(key) is (ILocalSymbol { IsConst: true } or IFieldSymbol { IsConst: true }) and var variable)
        {
            foreach (var used in file.Flow.References(variable).Select(Setting.OfKey).OfType<Setting>())
                Judge(used);
        }
    }

    private void Judge(Setting setting)
    {
        if (!_settings.Add(setting.Whole))
            return;
        if ((PasswordSettingRule.Judge(setting, file) ?? BuilderTlsRule.Judge(setting, file)) is { } diagnostic)
            report(diagnostic);
        if (BuilderTlsRule.JudgeServer(setting, file, _builders) is { } missing)
            report(missing);
    }

    // ---- calls --------------------------------------------------------------------------------------------------------------

    public void Calls()
    {
        foreach (var (name, judge) in CallRules.SelectMany(static rule => rule.Names.Select(name => (name, rule.Judge))))
        {
            foreach (var position in file.Names.Find(name))
            {
                if (MayBeUsed(position + name.Length) && StringPieces.NamedAt(file, position) is { } named
                    && judge(named, file) is { } diagnostic)
                    report(diagnostic);
            }
        }
    }

    // Visual Basic calls without parentheses, too.
    private bool MayBeUsed(int end) => !file.IsCSharp || NameUse.MayBeCalled(file.Text, end) || NameUse.MayBeAssigned(file.Text, end);
}
