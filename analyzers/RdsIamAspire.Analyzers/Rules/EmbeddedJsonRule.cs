namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM001 in a JSON document that is written as a string: what a test or a tool hands over as its configuration.</summary>
internal static class EmbeddedJsonRule
{
    public static IEnumerable<Diagnostic> Judge(SyntaxNode piece, SourceFile file)
    {
        if (file.Language.PlainLiteral(piece) is not { } token)
            yield break;
        foreach (var value in ConfigurationFile.ReadJson(token.ValueText))
        {
            foreach (var found in FileRule.Judge(value, file.Drivers, file.Settings))
            {
                if (found.Rule != Descriptors.FilePassword)
                    continue;
                var at = value.SpanOf(found.Finding.Start, found.Finding.End);
                var location = Location.Create(token.SyntaxTree!, StringPart.TokenSpan(token, at.Start, at.Length));
                var finding = found.Finding with { Words = [value.Key] };
                if (finding.At(location, Descriptors.HardCodedPassword, found.IsLocal, file.Settings) is { } diagnostic)
                    yield return diagnostic;
            }
        }
    }
}
