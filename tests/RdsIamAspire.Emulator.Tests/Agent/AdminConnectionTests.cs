using MySqlConnector;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>The agent's connections carry tokens: to another machine they are encrypted, whatever the driver's default is.</summary>
public sealed class AdminConnectionTests
{
    [Theory]
    [InlineData("Server=db.example", MySqlSslMode.Required)]
    [InlineData("Server=192.0.2.7;SslMode=Preferred", MySqlSslMode.Required)]
    [InlineData("Server=127.0.0.1,db.example", MySqlSslMode.Required)]
    [InlineData("Server=db.example;SslMode=VerifyCA", MySqlSslMode.VerifyCA)]
    [InlineData("Server=db.example;SslMode=VerifyFull", MySqlSslMode.VerifyFull)]
    [InlineData("Server=127.0.0.1", MySqlSslMode.Preferred)]
    [InlineData("Server=::1;SslMode=None", MySqlSslMode.None)]
    [InlineData("Server=LocalHost;SslMode=None", MySqlSslMode.None)]
    [InlineData("Server=/run/mysqld/mysqld.sock;SslMode=None", MySqlSslMode.None)]
    public void To_another_machine_it_is_encrypted(
        string given,
        MySqlSslMode mode) => Assert.Equal(mode, AdminConnection.For(given).SslMode);

    [Theory]
    [InlineData("Server=db.example;SslMode=None", "db.example")]
    [InlineData("Server=127.0.0.1, 192.0.2.7;SslMode=Disabled", "192.0.2.7")]
    public async Task Without_encryption_it_is_refused_before_anything_is_sent(string given, string host)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => RdsIamEmulator.AttachAsync(given, null, TestContext.Current.CancellationToken));

        Assert.StartsWith($"SslMode is None for {host}, which is not this machine: ", refused.Message, StringComparison.Ordinal);
    }
}
