using System.Security.Cryptography;
using RdsIamAspire.Cli.Connect;
using RdsIamAspire.Cli.Local;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>A password that lives as long as the tunnel, in an option file that this user alone can read. It is said nowhere.</summary>
internal sealed class MadePassword : IDisposable
{
    private readonly PasswordFile _file;

    // It goes with a tunnel that is killed, too.
    private readonly ChildWatch _watch;

    private MadePassword(string password, PasswordFile file) =>
        (Password, _file, _watch) = (password, file, ChildWatch.Begin(file.Path));

    public string Password { get; }

    public string Path => _file.Path;

    public static MadePassword Make()
    {
        var password = RandomNumberGenerator.GetHexString(64, lowercase: true);
        return new MadePassword(password, PasswordFile.Write(password));
    }

    public void Dispose()
    {
        _watch.Dispose();
        _file.Dispose();
    }
}
