namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>
/// What a plugin says between its beginning and its end. Source: MySQL Source Code Documentation, "Protocol::AuthMoreData".
/// </summary>
internal static class AuthMoreData
{
    /// <summary>caching_sha2_password's "the password is right, no more is needed" (fast_auth_success); the OK follows.</summary>
    public static byte[] FastAuthSuccess => [0x01, 0x03];
}
