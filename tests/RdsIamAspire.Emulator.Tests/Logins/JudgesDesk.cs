using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Emulator.Tests.Logins;

/// <summary>The judging alone, without a server: a login goes in as the plugin writes it.</summary>
internal sealed class JudgesDesk
{
    private readonly LoginJudge _judge;

    public JudgesDesk(
        string region, EmulatorEndpoint endpoint, DateTimeOffset now, EmulatorPrincipal principal, Action<RdsIamEmulatorOptions>? configure = null)
    {
        var time = new FakeTimeProvider(now);
        var options = new RdsIamEmulatorOptions { Region = region, TimeProvider = time };
        configure?.Invoke(options);
        options.Endpoints.Add(endpoint);
        Database = new EmulatedDatabase(options, [principal]);
        _judge = new LoginJudge(Database, new EmulatorFaults(time, _ => Task.CompletedTask), time);
    }

    public EmulatedDatabase Database { get; }

    public LoginAttempt Judge(string password, string user, LoginTransport transport = LoginTransport.Tls)
    {
        var (userBytes, passwordBytes) = (Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password));
        byte[] parked = [.. Encoding.ASCII.GetBytes($"1 {(char)transport} 0 {userBytes.Length} 9 {passwordBytes.Length}\n"), .. userBytes,
            .. "192.0.2.1"u8, .. passwordBytes];
        return _judge.Judge(ParkedLogin.Read(parked));
    }
}
