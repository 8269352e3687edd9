namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM013: an <c>.editorconfig</c> option of these rules has a value that is not understood. Said once, at the beginning of the
/// first file that it holds for: an analyzer is not told in which file an option stands.</summary>
internal static class InvalidSettingRule
{
    public static IEnumerable<Diagnostic> Judge(AnalyzerSettings settings, SyntaxTree tree, Compilation compilation, SettingsPerTree all)
    {
        foreach (var invalid in settings.Invalid)
        {
            if (IsFirst(invalid, tree, compilation, all))
                yield return Diagnostic.Create(Descriptors.InvalidSetting, Location.Create(tree, new TextSpan(0, 0)), invalid.Key, invalid.Value,
                invalid.Expected);
        }
    }

    private static bool IsFirst(InvalidSetting invalid, SyntaxTree tree, Compilation compilation, SettingsPerTree all)
    {
        foreach (var each in compilation.SyntaxTrees)
        {
            if (each == tree)
                return true;
            foreach (var other in all.Of(each).Invalid)
            {
                if (other.Key == invalid.Key && other.Value == invalid.Value)
                    return false;
            }
        }

        return true;
    }
}
