using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>The stronger SslMode in place of a weak one, in a string or given to a builder.</summary>
internal static class SslModeChange
{
    public static IReadOnlyList<TextChange>? Of(SourceFixContext context)
    {
        var mode = context.Property(FixKinds.Replacement) ?? "VerifyFull";
        if (context.Property(FixKinds.Kind) is not null)
            return SettingEdits.SetMode(context.Root, context.Span, mode);
        return ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is { } found
            ? ConnectionStringEdits.SetValue(found.Text, found.Pair, mode)
            : null;
    }
}
