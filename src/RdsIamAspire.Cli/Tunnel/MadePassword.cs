using System.Security.Cryptography;
using RdsIamAspire.Cli.Connect;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>A password that lives as long as the tunnel, in an option file that this user alone can read. It is said nowhere.</summary>
internal sealed class MadePassword : IDisposable
{
    private readonly PasswordFile _file;

    private MadePassword(string password, PasswordFile file) => (Password, _file) = (password, file);

    public string Password { get; }

    public string Path => _file.Path;

    public static MadePassword Make()
    {
        var password = RandomNumberGenerator.GetHexString(64, lowercase: true);
        return new MadePassword(password, PasswordFile.Write(password));
    }

    public void Dispose() => _file.Dispose();
}
