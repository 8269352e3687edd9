namespace RdsIamAspire;

/// <summary>No token could be made. The message says what is missing and what to do, and never holds a secret.</summary>
public sealed class RdsAuthTokenException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RdsAuthTokenException(RdsAuthTokenFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>Why.</summary>
    public RdsAuthTokenFailure Failure { get; }
}
