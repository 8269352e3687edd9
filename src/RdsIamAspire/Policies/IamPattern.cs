namespace RdsIamAspire;

/// <summary>
/// A text of a policy with its wildcards and variables, ready to be matched: <c>*</c> for any run of characters, <c>?</c> for one,
/// <c>${…}</c>
/// for what the request has.
/// </summary>
/// <remarks>
/// Sources: IAM User Guide, "IAM JSON policy elements: Resource" (a <c>*</c> at the end of a field of an ARN reaches beyond the colons, any
/// other stays in its field), "IAM identifiers" (an ARN with fewer than six fields is completed with <c>*</c>), "Variables and tags".
/// </remarks>
internal sealed class IamPattern
{
    private const int ColonsBeforeResource = 5;

    private readonly List<Token> _tokens = [];

    private IamPattern(string text) => Text = text;

    /// <summary>As it stands in the policy.</summary>
    public string Text { get; }

    /// <summary>Whether <c>${…}</c> in it are variables.</summary>
    public bool HasVariables { get; private set; }

    /// <summary>The variable that the request has no value for; such a pattern matches nothing.</summary>
    public string? Unresolved { get; private set; }

    /// <summary>An ARN with wildcards, or <c>*</c>.</summary>
    public static IamPattern ForResource(string text, bool variables, IamRequest request)
    {
        var completed = text;
        for (var colons = text.AsSpan().Count(':'); text != "*" && colons < ColonsBeforeResource; colons++)
            completed += ":*";
        return new IamPattern(text).Read(completed, wildcards: true, fields: text != "*", variables ? request : null);
    }

    /// <summary>A text with wildcards, none of which minds a colon.</summary>
    public static IamPattern ForText(string text, IamRequest? variables = null) =>
        new IamPattern(text).Read(text, wildcards: true, fields: false, variables);

    /// <summary>A text in which <c>*</c> and <c>?</c> are ordinary characters.</summary>
    public static IamPattern Exactly(string text, IamRequest? variables = null) =>
        new IamPattern(text).Read(text, wildcards: false, fields: false, variables);

    /// <summary>
    /// Whether the whole text matches. In the text, <see cref="IamRequest.Unknown"/> stands for a part that is not known.
    /// Takes time proportional to the product of the lengths, whatever the pattern.
    /// </summary>
    public IamAnswer Matches(string text, bool ignoreCase = false)
    {
        if (Unresolved is not null)
            return IamAnswer.No;
        if (Reaches(text, ignoreCase, unknownMayBeAnything: false))
            return IamAnswer.Yes;
        var partlyUnknown = text.Contains(IamRequest.Unknown, StringComparison.Ordinal)
            || _tokens.Exists(token => token.Kind == Kind.Unknown);
        return partlyUnknown && Reaches(text, ignoreCase, unknownMayBeAnything: true) ? IamAnswer.Maybe : IamAnswer.No;
    }

    // reached[n]: the tokens so far can take the first n characters.
    private bool Reaches(string text, bool ignoreCase, bool unknownMayBeAnything)
    {
        var reached = new bool[text.Length + 1];
        var next = new bool[text.Length + 1];
        reached[0] = true;
        SkipUnknown(reached, text, unknownMayBeAnything);
        foreach (var token in _tokens)
        {
            var run = token.Kind is Kind.Run or Kind.RunInField || (token.Kind == Kind.Unknown && unknownMayBeAnything);
            var any = false;
            next[0] = run && reached[0];
            for (var n = 0; n <= text.Length; n++)
            {
                if (n > 0)
                {
                    var before = run ? next[n - 1] : reached[n - 1];
                    next[n] = (run && reached[n]) || (before && Takes(token, text[n - 1], ignoreCase, unknownMayBeAnything));
                }

                // A part that is not known can hold the character, and go on; what parts the parts is none of it.
                if (unknownMayBeAnything && n < text.Length && text[n] == IamRequest.Unknown && token.Character is not (':' or '/'))
                    next[n] |= reached[n];
                any |= next[n];
            }

            if (!any)
                return false;
            SkipUnknown(next, text, unknownMayBeAnything);
            (reached, next) = (next, reached);
        }

        return reached[text.Length];
    }

    private static void SkipUnknown(bool[] reached, string text, bool unknownMayBeAnything)
    {
        for (var n = 0; unknownMayBeAnything && n < text.Length; n++)
            reached[n + 1] |= reached[n] && text[n] == IamRequest.Unknown;
    }

    private static bool Takes(Token token, char character, bool ignoreCase, bool unknownMayBeAnything) => token.Kind switch
    {
        Kind.Run => true,
        Kind.RunInField => character != ':',
        Kind.One => character != IamRequest.Unknown,
        Kind.OneInField => character is not (':' or IamRequest.Unknown),
        Kind.Unknown => unknownMayBeAnything && character != ':',
        _ => token.Character == character
            || (ignoreCase && char.ToUpperInvariant(token.Character) == char.ToUpperInvariant(character)),
    };

    private IamPattern Read(string text, bool wildcards, bool fields, IamRequest? variables)
    {
        HasVariables = variables is not null;
        var colons = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var inField = fields && colons < ColonsBeforeResource;
            if (variables is not null && string.CompareOrdinal(text, at, IamVariable.Start, 0, IamVariable.Start.Length) == 0
                && IamVariable.TryRead(text, at, out var variable, out _))
            {
                Add(variable, variables);
                at += variable.Length - 1;
                continue;
            }

            _tokens.Add(text[at] switch
            {
                '*' when wildcards => new(inField && at + 1 < text.Length && text[at + 1] != ':' ? Kind.RunInField : Kind.Run),
                '?' when wildcards => new(inField ? Kind.OneInField : Kind.One),
                var character => new(Kind.Character, character),
            });
            if (text[at] == ':')
                colons++;
        }

        return this;
    }

    private void Add(IamVariable variable, IamRequest request)
    {
        if (variable.Name is null)
        {
            _tokens.Add(new(Kind.Character, variable.Literal));
            return;
        }

        var key = request.Find(variable.Name);
        if (key.State == IamKeyState.Unknown)
            _tokens.Add(new(Kind.Unknown));
        else if ((key.IsMultivalued || key.State == IamKeyState.Absent ? variable.Default : key.Values[0]) is { } value)
            _tokens.AddRange(value.Select(character =>
                new Token(character == IamRequest.Unknown ? Kind.Unknown : Kind.Character, character)));
        else
            Unresolved ??= variable.Name;
    }

    private enum Kind : byte
    {
        Character,
        One,
        OneInField,
        Run,
        RunInField,
        Unknown,
    }

    private readonly record struct Token(Kind Kind, char Character = default);
}
