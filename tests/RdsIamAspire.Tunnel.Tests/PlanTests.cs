namespace RdsIamAspire.Tunnel.Tests;

/// <summary>What a tunnel makes of its connection string.</summary>
public sealed class PlanTests
{
    private const string Endpoint = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    [Theory]
    [InlineData("", "The tunnel has no connection string: give one")]
    [InlineData("Server", "The tunnel's connection string cannot be read")]
    [InlineData("User ID=app", "The tunnel's connection string has no Server")]
    [InlineData("Server=a,b;User ID=app", "The tunnel's connection string names several servers ('a,b')")]
    [InlineData("Server=db.example.com", "The tunnel's connection string has no User ID")]
    [InlineData("Server=db.example.com;User ID=app;Port=70000", "The tunnel's connection string has the Port '70000'")]
    [InlineData("Server=db.example.com;User ID=app;Port=x", "The tunnel's connection string has the Port 'x'")]
    [InlineData("Server=/tmp/x;User ID=app", "The tunnel's Server: ")]
    [InlineData("Server=db.example.com;User ID=app;SslCa=/no/such/file.pem", "The CA certificates of '/no/such/file.pem' cannot be read")]
    public void A_wrong_one_is_refused_with_what_is_wrong(string connectionString, string message)
    {
        using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions { ConnectionString = connectionString });
        Assert.StartsWith(message, Assert.Throws<InvalidOperationException>(() => tunnel.ConnectionString).Message);
    }

    [Theory]
    [InlineData("Password=not-to-be-shown")]
    [InlineData("pwd=not-to-be-shown")]
    public void A_password_is_refused_and_not_repeated(string password)
    {
        using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions { ConnectionString = $"Server={Endpoint};User ID=app;{password}" });
        var refused = Assert.Throws<InvalidOperationException>(() => tunnel.ConnectionString);
        Assert.StartsWith("The tunnel's connection string has a Password.", refused.Message);
        Assert.DoesNotContain("not-to-be-shown", refused.ToString());
    }

    [Fact]
    public void What_is_the_drivers_is_passed_on_and_TLS_is_the_tunnels_own()
    {
        using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = $"host={Endpoint};uid=app;Initial Catalog=orders;SSL Mode=VerifyFull;"
                + "Allow User Variables=true;MaximumPoolSize=7",
        });
        var port = tunnel.EndPoint.Port;
        Assert.Equal(
            $"Server=127.0.0.1;Port={port};User ID=app;Password={tunnel.Password};Database=orders;"
                + "allow user variables=true;maximumpoolsize=7",
            tunnel.ConnectionString);
    }

    [Fact]
    public void Each_tunnel_has_a_password_of_its_own()
    {
        var options = new RdsIamTunnelOptions { ConnectionString = $"Server={Endpoint};User ID=app" };
        using RdsIamTunnel one = new(options), two = new(options);
        Assert.NotEqual(one.Password, two.Password);
        Assert.Matches("^[0-9a-f]{64}$", one.Password);
    }

    [Fact]
    public void Where_another_name_is_dialled_the_endpoints_own_is_signed_for()
    {
        using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = "Server=127.0.0.1;Port=13306;User ID=app",
            SignForHost = Endpoint,
        });
        var target = tunnel.CheckOptions();
        Assert.Equal(("127.0.0.1:13306", $"{Endpoint}:3306"), (target.Dialled.ToString(), target.SignFor.ToString()));
        Assert.Equal((Endpoint, 3306, "eu-west-1"), (target.TokenRequest.Host, target.TokenRequest.Port, target.TokenRequest.Region));
    }
}
