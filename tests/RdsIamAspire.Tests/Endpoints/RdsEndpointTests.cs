namespace RdsIamAspire.Tests.Endpoints;

public sealed class RdsEndpointTests
{
    [Theory]
    [InlineData("mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", RdsEndpointKind.Instance, "eu-west-1", "aws", "mydb")]
    [InlineData("prod-instance.us-east-1.rds.amazonaws.com", RdsEndpointKind.Instance, "us-east-1", "aws", "prod-instance")]
    [InlineData("orders.cluster-abcdefghijkl.eu-central-1.rds.amazonaws.com", RdsEndpointKind.Cluster, "eu-central-1", "aws", "orders")]
    [InlineData(
        "orders.cluster-ro-abcdefghijkl.eu-central-1.rds.amazonaws.com",
        RdsEndpointKind.ClusterReader,
        "eu-central-1",
        "aws",
        "orders")]
    [InlineData(
        "reports.cluster-custom-abcdefghijkl.eu-central-1.rds.amazonaws.com",
        RdsEndpointKind.ClusterCustom,
        "eu-central-1",
        "aws",
        "reports")]
    [InlineData("orders.global-abcdefghijkl.global.rds.amazonaws.com", RdsEndpointKind.GlobalCluster, null, "aws", "orders")]
    [InlineData("pool.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com", RdsEndpointKind.Proxy, "us-west-2", "aws", "pool")]
    [InlineData("read.endpoint.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com", RdsEndpointKind.ProxyEndpoint, "us-west-2", "aws", "read")]
    // China: rds before the region, and (older) after it.
    [InlineData("mydb.abcdefghijkl.rds.cn-north-1.amazonaws.com.cn", RdsEndpointKind.Instance, "cn-north-1", "aws-cn", "mydb")]
    [InlineData("mydb.abcdefghijkl.cn-northwest-1.rds.amazonaws.com.cn", RdsEndpointKind.Instance, "cn-northwest-1", "aws-cn", "mydb")]
    [InlineData(
        "orders.cluster-abcdefghijkl.rds.cn-northwest-1.amazonaws.com.cn",
        RdsEndpointKind.Cluster,
        "cn-northwest-1",
        "aws-cn",
        "orders")]
    [InlineData("pool.proxy-abcdefghijkl.rds.cn-north-1.amazonaws.com.cn", RdsEndpointKind.Proxy, "cn-north-1", "aws-cn", "pool")]
    // GovCloud shares the DNS suffix with the commercial regions.
    [InlineData("mydb.abcdefghijkl.us-gov-west-1.rds.amazonaws.com", RdsEndpointKind.Instance, "us-gov-west-1", "aws-us-gov", "mydb")]
    [InlineData(
        "orders.cluster-ro-abcdefghijkl.us-gov-east-1.rds.amazonaws.com",
        RdsEndpointKind.ClusterReader,
        "us-gov-east-1",
        "aws-us-gov",
        "orders")]
    [InlineData("mydb.abcdefghijkl.us-iso-east-1.rds.c2s.ic.gov", RdsEndpointKind.Instance, "us-iso-east-1", "aws-iso", "mydb")]
    [InlineData("mydb.abcdefghijkl.rds.us-isob-east-1.sc2s.sgov.gov", RdsEndpointKind.Instance, "us-isob-east-1", "aws-iso-b", "mydb")]
    [InlineData("mydb.abcdefghijkl.eu-isoe-west-1.rds.cloud.adc-e.uk", RdsEndpointKind.Instance, "eu-isoe-west-1", "aws-iso-e", "mydb")]
    [InlineData("mydb.abcdefghijkl.us-isof-south-1.rds.csp.hci.ic.gov", RdsEndpointKind.Instance, "us-isof-south-1", "aws-iso-f", "mydb")]
    [InlineData("mydb.abcdefghijkl.eusc-de-east-1.rds.amazonaws.eu", RdsEndpointKind.Instance, "eusc-de-east-1", "aws-eusc", "mydb")]
    // A region that no SDK knows yet.
    [InlineData("mydb.abcdefghijkl.xx-west-9.rds.amazonaws.com", RdsEndpointKind.Instance, "xx-west-9", "aws", "mydb")]
    public void An_RDS_host_name_tells_kind_region_partition_and_identifier(
        string host,
        RdsEndpointKind kind,
        string? region,
        string partition,
        string identifier)
    {
        var endpoint = RdsEndpoint.Parse(host);

        Assert.Equal(
            (kind, region, partition, identifier),
            (endpoint.Kind, endpoint.Region, endpoint.Partition?.Name, endpoint.Identifier));
        Assert.Equal((host, 3306, true), (endpoint.Host, endpoint.Port, endpoint.IsRds));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("db")]
    [InlineData("mysql.internal.example")]
    [InlineData("my_container")]
    [InlineData("rds.amazonaws.com")]
    [InlineData("eu-west-1.rds.amazonaws.com")]
    [InlineData("mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com.evil.example")]
    [InlineData("mydb.abcdefghijkl.eu-west-1.rds.notamazonaws.com")]
    [InlineData("bucket.s3.eu-west-1.amazonaws.com")]
    [InlineData("mydb.abcdefghijkl.nowhere.rds.amazonaws.com")]
    [InlineData("mydb.other-abcdefghijkl.eu-west-1.rds.amazonaws.com")]
    [InlineData("a.b.c.eu-west-1.rds.amazonaws.com")]
    public void Any_other_name_is_custom_and_tells_nothing(string host)
    {
        var endpoint = RdsEndpoint.Parse(host);

        Assert.Equal((RdsEndpointKind.Custom, null, null, null), (endpoint.Kind, endpoint.Region, endpoint.Partition, endpoint.Identifier));
        Assert.False(endpoint.IsRds);
    }

    [Theory]
    [InlineData("db.example", "db.example", 3306)]
    [InlineData("db.example:3307", "db.example", 3307)]
    [InlineData("  db.example:3307 ", "db.example", 3307)]
    [InlineData("DB.Example.:1", "db.example", 1)]
    [InlineData("db.example:65535", "db.example", 65535)]
    [InlineData("[::1]", "::1", 3306)]
    [InlineData("[::1]:3307", "::1", 3307)]
    [InlineData("::1", "::1", 3306)]
    [InlineData("2001:DB8::0:1", "2001:db8::1", 3306)]
    public void Host_and_port_are_read_in_every_usual_form(string text, string host, int port)
    {
        var endpoint = RdsEndpoint.Parse(text);

        Assert.Equal((host, port), (endpoint.Host, endpoint.Port));
        Assert.Equal(endpoint, RdsEndpoint.Parse(endpoint.ToString()));
    }

    [Theory]
    [InlineData("", "The host is empty")]
    [InlineData("   ", "The host is empty")]
    [InlineData(".", "no host before the port")]
    [InlineData(":3306", "no host before the port")]
    [InlineData("db.example:", "has the port ''; a port is a number from 1 to 65535")]
    [InlineData("db.example:0", "from 1 to 65535")]
    [InlineData("db.example:65536", "from 1 to 65535")]
    [InlineData("db.example:-1", "from 1 to 65535")]
    [InlineData("db.example:mysql", "has the port 'mysql'")]
    [InlineData("[::1]:", "has the port ''")]
    [InlineData("[::1", "unclosed '['")]
    [InlineData("[::1]3306", "unclosed '['")]
    [InlineData("a:b:c", "not an IPv6 address")]
    [InlineData("mysql://db.example", "is a URL")]
    [InlineData("jdbc:mysql://db.example:3306/x", "is a URL")]
    [InlineData("db example", "has the character ' '")]
    [InlineData("user@db.example", "has the character '@'")]
    [InlineData("db.example/x", "has the character '/'")]
    [InlineData("bücher.example", "xn-- form")]
    public void A_text_that_is_no_host_is_refused_with_the_reason(string text, string reason)
    {
        var error = Assert.Throws<FormatException>(() => RdsEndpoint.Parse(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(RdsEndpoint.TryParse(text, out _));
    }

    [Fact]
    public void A_name_longer_than_DNS_allows_is_refused() =>
        Assert.Contains(
            "254 characters",
            Assert.Throws<FormatException>(() => RdsEndpoint.Parse(new string('a', 254))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_default_port_out_of_range_is_refused() =>
        Assert.Contains(
            "The port 0",
            Assert.Throws<FormatException>(() => RdsEndpoint.Parse("db.example", 0)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Only_proxies_are_proxies()
    {
        Assert.True(RdsEndpoint.Parse("pool.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com").IsProxy);
        Assert.True(RdsEndpoint.Parse("read.endpoint.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com").IsProxy);
        Assert.False(RdsEndpoint.Parse("proxy.abcdefghijkl.us-west-2.rds.amazonaws.com").IsProxy);
    }
}
