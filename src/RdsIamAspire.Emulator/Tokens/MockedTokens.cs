using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace RdsIamAspire.Emulator;

/// <summary>
/// Tokens that a test hands out itself, in place of signed ones: whatever their text, each belongs to one user and lives as long as a real
/// one.
/// </summary>
internal sealed class MockedTokens(TimeProvider time)
{
    // The tokens themselves are not kept.
    private readonly ConcurrentDictionary<string, (string User, DateTimeOffset From)> _known = new(StringComparer.Ordinal);

    public void Accept(string user, string token) => _known[Key(System.Text.Encoding.UTF8.GetBytes(token))] = (user, time.GetUtcNow());

    public (string User, DateTimeOffset From)? Find(ReadOnlySpan<byte> token) =>
        _known.TryGetValue(Key(token), out var found) ? found : null;

    private static string Key(ReadOnlySpan<byte> token) => Convert.ToHexString(SHA256.HashData(token));
}
