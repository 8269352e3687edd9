namespace RdsIamAspire.Emulator;

/// <summary>The emulator could not be attached to a server. The message says why and what to do.</summary>
public sealed class EmulatorAttachException : Exception
{
    /// <summary>An error without a message.</summary>
    public EmulatorAttachException()
    {
    }

    /// <summary>An error with a message.</summary>
    public EmulatorAttachException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and what caused it.</summary>
    public EmulatorAttachException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
