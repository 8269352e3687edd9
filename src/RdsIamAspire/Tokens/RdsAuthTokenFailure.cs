namespace RdsIamAspire;

/// <summary>Why no token could be made.</summary>
public enum RdsAuthTokenFailure
{
    /// <summary>Neither the host, nor the options, nor the AWS SDK's own configuration names a region.</summary>
    RegionNotFound,

    /// <summary>The AWS SDK's chain found no credentials, or they could not be read.</summary>
    CredentialsNotFound,

    /// <summary>The credentials have ended and could not be renewed.</summary>
    CredentialsExpired,

    /// <summary>The request itself cannot be signed: an empty user, a port out of range.</summary>
    InvalidRequest,
}
