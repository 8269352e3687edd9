namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM013: an <c>.editorconfig</c> option of these rules has a value that is not understood. Said once, at the beginning of the
/// first file that it holds for: an analyzer is not told in which file an option stands.</summary>
internal static class InvalidSettingRule
{
    public static IEnumerable<Diagnostic> Judge(AnalyzerSettings settings, SyntaxTree tree, Compilation compilation, SettingsPerTree all) =>
        settings.Invalid.Where(invalid => compilation.SyntaxTrees.First(each => all.Of(each).Invalid.Contains(invalid)) == tree)
            .Select(invalid => Diagnostic.Create(Descriptors.InvalidSetting, Location.Create(tree, default), invalid.Key, invalid.Value,
                invalid.Expected));
}
