namespace RdsIamAspire.Tunnel.Via;

/// <summary>The way to an endpoint is not open, with what to do about it. Never holds a secret.</summary>
internal sealed class ForwardException(string message, string remedy, Exception? innerException = null)
    : IOException(message, innerException)
{
    /// <summary>What to type, in a sentence.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>Problem and remedy in one line.</summary>
    public string Line => $"{Message.TrimEnd('.')}; {Remedy}";
}
