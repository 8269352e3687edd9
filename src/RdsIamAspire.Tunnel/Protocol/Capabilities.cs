namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>What client and server can do. Source: MySQL Source Code Documentation, "Capabilities Flags".</summary>
[Flags]
internal enum Capabilities : uint
{
    None = 0,
    ConnectWithDatabase = 1 << 3,
    Compress = 1 << 5,
    Protocol41 = 1 << 9,
    Ssl = 1 << 11,
    SecureConnection = 1 << 15,
    PluginAuth = 1 << 19,
    ConnectAttributes = 1 << 20,
    PluginAuthLengthEncoded = 1 << 21,
    ZstdCompression = 1 << 26,
    MultiFactor = 1 << 28,
}
