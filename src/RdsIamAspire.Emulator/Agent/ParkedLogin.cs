using System.Globalization;
using System.Text;

namespace RdsIamAspire.Emulator;

/// <summary>A login that the plugin has parked, as <c>describe()</c> in native/aws_authentication_plugin.c writes it.</summary>
internal sealed class ParkedLogin
{
    private ParkedLogin()
    {
    }

    public required ulong Id { get; init; }
    public required string User { get; init; }
    public required string ClientHost { get; init; }
    public required LoginTransport Transport { get; init; }

    /// <summary>The password was over 8 KiB; it was not passed on.</summary>
    public required bool Oversize { get; init; }

    /// <summary>The password: a secret. Empty when it was not asked for or too long.</summary>
    public required ReadOnlyMemory<byte> Token { get; init; }

    /// <exception cref="FormatException">The bytes are not what this version of the plugin writes.</exception>
    public static ParkedLogin Read(byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)'\n');
        var fields = end < 0 ? [] : Encoding.ASCII.GetString(bytes, 0, end).Split(' ');
        if (fields.Length != 6
            || !ulong.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || fields[1].Length != 1
            || fields[2] is not ("0" or "1")
            || !int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var userLength)
            || !int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var hostLength)
            || !int.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out var tokenLength)
            || end + 1L + userLength + hostLength + tokenLength != bytes.Length)
        {
            throw new FormatException(
                $"The server's {EmulatorPlugin.FileName} speaks another version than this agent;"
                + " put the library of this version into its plugin directory and restart it.");
        }

        return new ParkedLogin
        {
            Id = id,
            Transport = (LoginTransport)fields[1][0],
            Oversize = fields[2] == "1",
            User = Encoding.UTF8.GetString(bytes, end + 1, userLength),
            ClientHost = Encoding.UTF8.GetString(bytes, end + 1 + userLength, hostLength),
            Token = bytes.AsMemory(end + 1 + userLength + hostLength, tokenLength),
        };
    }

    /// <summary>User and client; the password is left out.</summary>
    public override string ToString() => $"{User}@{ClientHost}";
}

/// <summary>What the login's connection runs over; the values are the plugin's letters.</summary>
internal enum LoginTransport
{
    Tls = 'T',
    Plain = 'P',
    LocalSocket = 'S',

    /// <summary>Servers before 9.x do not tell a plugin.</summary>
    NotTold = '?',
}
