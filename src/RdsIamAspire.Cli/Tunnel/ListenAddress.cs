using System.Net;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>An address to listen on, as people write it.</summary>
internal static class ListenAddress
{
    /// <summary><c>3307</c>, <c>localhost:3307</c>, <c>127.0.0.1:3307</c>, <c>[::1]:3307</c>.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    public static IPEndPoint Read(string option, string text)
    {
        var full = text.All(char.IsAsciiDigit) ? $"127.0.0.1:{text}"
            : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text["localhost:".Length..]}"
            : text;
        return IPEndPoint.TryParse(full, out var address) && full.Contains(':', StringComparison.Ordinal)
            ? address
            : throw ToolException.Usage($"{option} '{text}' is not an address and port; give one like 127.0.0.1:3307");
    }
}
