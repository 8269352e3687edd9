namespace RdsIamAspire.Emulator;

/// <summary>
/// Why a login was refused. The client never learns it (it reads <c>ERROR 1045 (28000)</c>, as on RDS); the developer does.
/// </summary>
/// <remarks>docs/access-denied.md has a section for each.</remarks>
public enum LoginDenial
{
    /// <summary>The password is not an auth token: cut off, empty, changed on the way, or an ordinary password.</summary>
    MalformedToken,

    /// <summary>The password is longer than any token: over 8 KiB. It was not looked at.</summary>
    TokenTooLong,

    /// <summary>A presigned URL, but not one whose Action is connect.</summary>
    WrongAction,

    /// <summary>A presigned URL of another AWS service than rds-db.</summary>
    WrongService,

    /// <summary>The token is signed for a host name that is none of this database's endpoints.</summary>
    WrongHost,

    /// <summary>The token is signed for a known host, but another port.</summary>
    WrongPort,

    /// <summary>The token is for another database user than the one that logs in (case matters).</summary>
    UserMismatch,

    /// <summary>The token is signed for another region.</summary>
    WrongRegion,

    /// <summary>The day in the credential scope is not the day of the token's date.</summary>
    DateScopeMismatch,

    /// <summary>The token is older than 15 minutes.</summary>
    TokenExpired,

    /// <summary>The token's date lies in the future: a clock is wrong.</summary>
    TokenFromFuture,

    /// <summary>The token asks for a life of more than 900 seconds.</summary>
    ExpiresTooLong,

    /// <summary>No principal of the emulator has this access key.</summary>
    UnknownAccessKey,

    /// <summary>The session token is missing, not expected, or another one than the credentials'.</summary>
    SessionTokenMismatch,

    /// <summary>The credentials that signed the token have expired.</summary>
    CredentialsExpired,

    /// <summary>The signature is not the one that the access key's secret gives.</summary>
    SignatureMismatch,

    /// <summary>No policy of the principal allows rds-db:connect on this user of this database, or one denies it.</summary>
    NotAuthorized,

    /// <summary>A fault set on <see cref="EmulatorFaults"/> refuses the login.</summary>
    DeniedByFault,

    /// <summary>More new logins in one second than the limit allows (RDS: 200).</summary>
    Throttled,

    /// <summary>The connection is not encrypted.</summary>
    NoTls,

    /// <summary>The check itself failed; a fault of the emulator.</summary>
    InternalError,
}
