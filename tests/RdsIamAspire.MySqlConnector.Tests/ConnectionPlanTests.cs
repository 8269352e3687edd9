using global::MySqlConnector;
using RdsIamAspire.MySqlConnector.Configuration;

namespace RdsIamAspire.MySqlConnector.Tests;

public class ConnectionPlanTests
{
    private const string Endpoint = "orders.abc123.eu-west-1.rds.amazonaws.com";

    [Fact]
    public void A_connection_string_of_RDS_needs_nothing_else()
    {
        var plan = Plan($"Server={Endpoint};User ID=orders_app;Database=orders");

        Assert.Equal(Endpoint, plan.SignFor.Host);
        Assert.Equal(3306, plan.SignFor.Port);
        Assert.Equal("orders_app", plan.User);
        Assert.Equal("eu-west-1", plan.Region);
        Assert.True(plan.CheckCertificate);
        Assert.True(plan.CheckName);
    }

    [Fact]
    public void The_region_in_the_name_of_the_host_wins_over_the_configured_one() =>
        Assert.Equal("eu-west-1", Plan($"Server={Endpoint};User ID=u", o => o.Region = "us-east-1").Region);

    [Fact]
    public void Through_a_tunnel_the_endpoint_is_signed_for_and_the_tunnel_is_dialled()
    {
        var plan = Plan("Server=127.0.0.1;Port=13306;User ID=u", o => o.SignForHost = Endpoint);

        Assert.Equal(Endpoint, plan.SignFor.Host);
        Assert.Equal(3306, plan.SignFor.Port);
        Assert.Equal("eu-west-1", plan.Region);
    }

    [Fact]
    public void Another_port_to_sign_for_can_be_given()
    {
        var plan = Plan("Server=127.0.0.1;Port=13306;User ID=u", o => { o.SignForHost = Endpoint; o.SignForPort = 3307; });

        Assert.Equal(3307, plan.SignFor.Port);
    }

    [Fact]
    public void VerifyCA_checks_the_certificate_and_not_the_name()
    {
        var plan = Plan($"Server={Endpoint};User ID=u;SslMode=VerifyCA");

        Assert.True(plan.CheckCertificate);
        Assert.False(plan.CheckName);
    }

    [Theory]
    [InlineData("Server=h;User ID=u;Password=hunter2", "The connection string for an IAM login has a Password. It would win over the "
        + "IAM token, silently. "
        + "Remove it: an IAM login has no password (and change it, if it has been in a file).")]
    [InlineData("Server=h;User ID=u;SslMode=None", "The connection string for an IAM login has SslMode=None, which can send the token "
        + "in the clear. "
        + "Remove SslMode (VerifyFull is the default), or give VerifyFull or VerifyCA.")]
    [InlineData("Server=h;User ID=u;SslMode=Preferred", "The connection string for an IAM login has SslMode=Preferred, which can send "
        + "the token in the clear. "
        + "Remove SslMode (VerifyFull is the default), or give VerifyFull or VerifyCA.")]
    [InlineData("User ID=u", "The connection string for an IAM login has no Server. Give the endpoint's host name, for example "
        + "Server=orders.abc123.eu-west-1.rds.amazonaws.com.")]
    [InlineData("Server=a,b;User ID=u", "The connection string for an IAM login names several servers ('a,b'). A token is for one "
        + "host: use the cluster's writer or reader endpoint, or a data source for each.")]
    [InlineData("Server=/run/mysqld/mysqld.sock;User ID=u", "The connection string for an IAM login asks for Sockets at "
        + "'/run/mysqld/mysqld.sock'. An IAM login needs TLS over TCP: give a host name.")]
    [InlineData("Server=h", "The connection string for an IAM login has no User ID. Give the database user that was created with "
        + "AWSAuthenticationPlugin; the case of its name matters.")]
    [InlineData("Server=h;User ID=u;CertificateFile=client.pfx", "The connection string for an IAM login has a client certificate. RDS "
        + "for MySQL takes none: remove CertificateFile, SslCert, SslKey and CertificateStoreLocation.")]
    [InlineData("Server=h;Port=0;User ID=u", "The connection string for an IAM login has the port 0 to sign for (Port, or "
        + "SignForPort). A port is 1 to 65535.")]
    public void What_cannot_be_an_IAM_login_is_refused_with_what_to_do(string connectionString, string message)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Plan(connectionString));

        Assert.Equal(message, refusal.Message);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    private static RdsIamConnectionPlan Plan(string connectionString, Action<RdsIamAuthOptions>? configure = null)
    {
        var options = new RdsIamAuthOptions();
        configure?.Invoke(options);
        return RdsIamConnectionPlan.Create(new MySqlConnectionStringBuilder(connectionString), options);
    }
}
