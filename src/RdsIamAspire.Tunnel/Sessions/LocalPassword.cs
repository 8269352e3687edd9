using System.Security.Cryptography;
using System.Text;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>What a client of the tunnel has to prove to it: nothing, or a password of the tunnel's own. Pure.</summary>
/// <param name="password">The password; null lets every local client in.</param>
internal sealed class LocalPassword(string? password)
{
    private readonly byte[]? _password = password is null ? null : Encoding.UTF8.GetBytes(password);

    /// <summary>Whether clients have to know one.</summary>
    public bool IsRequired => _password is not null;

    /// <summary>New random bytes for a client to hash its password with; none is NUL, as some clients take that for the end.</summary>
    public static byte[] NewScramble()
    {
        var scramble = new byte[Greeting.ScrambleLength];
        for (var i = 0; i < scramble.Length; i++)
            scramble[i] = (byte)RandomNumberGenerator.GetInt32(1, 128);
        return scramble;
    }

    /// <summary>Whether an answer of one of the two plugins is that of the password. Any answer is, when none is required.</summary>
    public bool Accepts(string plugin, ReadOnlySpan<byte> answer, ReadOnlySpan<byte> scramble)
    {
        if (_password is null)
            return true;
        var expected = plugin switch
        {
            AuthPlugin.CachingSha2 => Sha256Answer(_password, scramble),
            AuthPlugin.NativePassword => Sha1Answer(_password, scramble),
            _ => null,
        };
        return expected is not null && CryptographicOperations.FixedTimeEquals(expected, answer);
    }

    // XOR(SHA256(password), SHA256(SHA256(SHA256(password)) + scramble)): MySQL Source Code Documentation, "Caching_sha2_password
    // information".
    private static byte[] Sha256Answer(byte[] password, ReadOnlySpan<byte> scramble)
    {
        var once = SHA256.HashData(password);
        return Xor(once, SHA256.HashData([.. SHA256.HashData(SHA256.HashData(password)), .. scramble]));
    }

    // XOR(SHA1(password), SHA1(scramble + SHA1(SHA1(password)))): "Native Authentication". SHA-1 is the plugin's, not a choice.
#pragma warning disable CA5350
    private static byte[] Sha1Answer(byte[] password, ReadOnlySpan<byte> scramble) =>
        Xor(SHA1.HashData(password), SHA1.HashData([.. scramble, .. SHA1.HashData(SHA1.HashData(password))]));
#pragma warning restore CA5350

    private static byte[] Xor(byte[] left, byte[] right)
    {
        for (var i = 0; i < left.Length; i++)
            left[i] ^= right[i];
        return left;
    }
}
