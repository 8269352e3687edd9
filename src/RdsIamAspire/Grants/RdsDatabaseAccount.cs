namespace RdsIamAspire;

/// <summary>
/// An account as the server has it, read with <see cref="RdsGrantScript.CreateAccountQuery"/>. One user has one for each host pattern.
/// </summary>
/// <param name="Host">From where it logs in, for example <c>%</c>. The most specific one that fits a client is the one that counts.</param>
/// <param name="Plugin">What the server checks its logins with.</param>
/// <param name="RequiresTls">Whether it has to use TLS.</param>
/// <param name="IsLocked">Whether it can log in at all.</param>
/// <param name="IsAdministrator">Whether it may make accounts, or is the one that asked: no script may alter it.</param>
public sealed record RdsDatabaseAccount(string Host, string Plugin, bool RequiresTls, bool IsLocked, bool IsAdministrator)
{
    /// <summary>Whether it logs in with IAM tokens, over TLS only.</summary>
    public bool UsesIam => Plugin == RdsGrantScript.Plugin && RequiresTls && !IsLocked;
}
