namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>The client-side authentication plugins that are met here.</summary>
internal static class AuthPlugin
{
    /// <summary>The password as it is; what AWSAuthenticationPlugin asks for.</summary>
    public const string ClearPassword = "mysql_clear_password";

    /// <summary>A real plugin that hardly any user has: named by a client that wants to hear from the server what this user has.</summary>
    public const string Unlikely = "sha256_password";

    /// <summary>What every client since 8.0 has.</summary>
    public const string CachingSha2 = "caching_sha2_password";

    /// <summary>What clients and servers had before 8.0.</summary>
    public const string NativePassword = "mysql_native_password";
}
