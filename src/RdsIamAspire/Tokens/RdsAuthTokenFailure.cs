namespace RdsIamAspire;

/// <summary>Why no token could be made.</summary>
public enum RdsAuthTokenFailure
{
    /// <summary>Neither the host, nor the options, nor the AWS SDK's own configuration names a region.</summary>
    RegionNotFound,

    /// <summary>Nothing on this machine is a place for credentials, or the profile that was asked for is not there.</summary>
    CredentialsNotFound,

    /// <summary>The credentials, or the login that they come from, have ended and could not be renewed.</summary>
    CredentialsExpired,

    /// <summary>The request itself cannot be signed: an empty user, a port out of range.</summary>
    InvalidRequest,

    /// <summary>There is a place for credentials, and it gave none: it refused, failed, or is set up wrongly.</summary>
    CredentialsUnavailable,

    /// <summary>The place for credentials gave no answer within <see cref="RdsAuthTokenSourceOptions.CredentialsTimeout"/>.</summary>
    CredentialsTimedOut,
}
