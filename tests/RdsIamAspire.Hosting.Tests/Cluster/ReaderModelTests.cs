using System.Globalization;

namespace RdsIamAspire.Hosting.Tests.Cluster;

/// <summary>What AddReader puts into the model, hands to references and publishes.</summary>
public sealed class ReaderModelTests : IDisposable
{
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("rds-iam-reader-");

    [Fact]
    public async Task A_reference_to_the_reader_is_told_the_readers_port_in_every_dialect()
    {
        var builder = AppHostModel.InRunMode();
        var writer = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app");
        var reader = writer.AddReader("orders-ro");
        var read = reader.AddDatabase("orders-read", "orders");
        writer.RunAsContainer();
        var service = builder.AddExecutable("service", "service", ".").WithReference(writer).WithReference(reader).WithReference(read);

        var given = await AppHostModel.EnvironmentOfAsync(builder, service.Resource);

        var port = int.Parse(given["ORDERS_RO_PORT"], CultureInfo.InvariantCulture);
        Assert.NotEqual(given["ORDERS_DB_PORT"], given["ORDERS_RO_PORT"]);
        Assert.Equal("127.0.0.1", given["ORDERS_RO_HOST"]);
        Assert.Equal("orders_app", given["ORDERS_RO_USERNAME"]);
        Assert.StartsWith(
            $"Server=127.0.0.1;Port={port};User ID=orders_app;Database=orders;SslMode=VerifyFull;SslCa=",
            given["ConnectionStrings__orders-read"],
            StringComparison.Ordinal);
        Assert.StartsWith($"mysql://orders_app@127.0.0.1:{port}/orders?ssl=", given["ORDERS_READ_URI"], StringComparison.Ordinal);
        Assert.StartsWith(
            $"jdbc:mysql://127.0.0.1:{port}/orders?sslMode=VERIFY_IDENTITY", given["ORDERS_READ_JDBCCONNECTIONSTRING"], StringComparison.Ordinal);
        Assert.Equal("us-east-1", given["RdsIam__MySqlConnector__orders-ro__Region"]);
        Assert.Equal(given["ORDERS_DB_CACERTIFICATEPATH"], given["ORDERS_RO_CACERTIFICATEPATH"]);
        Assert.DoesNotContain("orders-ro-host", builder.Resources.Select(static r => r.Name));
    }

    [Fact]
    public async Task A_reader_has_its_parents_row_and_the_failover_is_the_writers_command()
    {
        var builder = AppHostModel.InRunMode();
        var writer = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator();
        var reader = writer.AddReader("orders-ro");
        await using var app = builder.Build();

        Assert.Contains(
            reader.Resource.Annotations.OfType<ResourceRelationshipAnnotation>(),
            r => r.Type == "Parent" && r.Resource == writer.Resource);
        Assert.Contains(writer.Resource.Annotations.OfType<ResourceCommandAnnotation>(), static c => c.Name == "failover");
        Assert.DoesNotContain(reader.Resource.Annotations.OfType<ResourceCommandAnnotation>(), static c => c.Name == "failover");
    }

    [Fact]
    public async Task Published_is_a_parameter_for_each_endpoint_and_one_policy_and_script_for_both()
    {
        var builder = AppHostModel.InPublishMode(_output.FullName);
        var writer = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator();
        writer.AddDatabase("orders");
        var reader = writer.AddReader("orders-ro").WithRdsIamAuth("reports", ["SELECT"]);
        reader.AddDatabase("orders-read", "orders");
        builder.AddContainer("api", "api").WithReference(reader);
        await using (var app = builder.Build())
        {
            await app.RunAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            ["orders-db-host", "orders-ro-host"],
            builder.Resources.OfType<ParameterResource>().Select(static p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Server={orders-ro-host.value};Port=3306;User ID=reports;SslMode=VerifyFull", reader.Resource.ConnectionStringExpression.ValueExpression);
        Assert.Equal(["orders-db"], Directory.GetDirectories(Path.Combine(_output.FullName, "rds-iam")).Select(Path.GetFileName));
        var policy = await ReadAsync("iam-policy.json");
        Assert.Contains("/orders_app", policy, StringComparison.Ordinal);
        Assert.Contains("/reports", policy, StringComparison.Ordinal);
        var script = await ReadAsync("grants.sql");
        Assert.Contains("GRANT SELECT ON `orders`.* TO `reports`@`%`", script, StringComparison.Ordinal);
        Assert.Contains("`orders_app`@`%`", script, StringComparison.Ordinal);
        Assert.Contains("cluster", await ReadAsync("terraform.tf"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_readers_host_follows_from_a_clusters()
    {
        var builder = AppHostModel.InPublishMode();
        var reader = builder.AddRdsMySql("orders-db", "orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com", port: 3307)
            .WithRdsIamAuth("orders_app").AddReader("orders-ro");

        Assert.Equal(
            "Server=orders.cluster-ro-abcdefghijkl.eu-west-1.rds.amazonaws.com;Port=3307;User ID=orders_app;SslMode=VerifyFull",
            await reader.Resource.ConnectionStringExpression.GetValueAsync(TestContext.Current.CancellationToken));
    }

    public static TheoryData<string, Action<IDistributedApplicationBuilder>> Mistakes => new()
    {
        { "only a cluster has a reader endpoint", static b => b.AddRdsMySql("orders-db").AsProxy().AddReader("orders-ro") },
        { "only a cluster has a reader endpoint", static b => b.AddRdsMySql("orders-db").AsInstance().AddReader("orders-ro") },
        {
            "only a cluster has a reader endpoint",
            static b => b.AddRdsMySql("orders-db", "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com").AddReader("orders-ro")
        },
        { "take one of the two out", static b => AddBoth(b).AsInstance() },
        { "already", static b => AddBoth(b).AddReader("orders-ro") },
        { "one reader endpoint", static b => AddBoth(b).AddReader("another") },
        { "a reader has none", static b => b.AddRdsMySql("orders-db").AddReader("orders-ro").AddReader("another") },
        {
            "which is a reader endpoint itself",
            static b => b.AddRdsMySql("orders-db", "orders.cluster-ro-abcdefghijkl.eu-west-1.rds.amazonaws.com").AddReader("orders-ro")
        },
        {
            "is that of a proxy",
            static b => b.AddRdsMySql("orders-db").AddReader("orders-ro", "orders.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com")
        },
        { "runs where that runs", static b => b.AddRdsMySql("orders-db").AddReader("orders-ro").RunAsEmulator() },
        {
            "takes no writes",
            static b => b.AddRdsMySql("orders-db").AddReader("orders-ro").WithGrantsOnDeploy(b.AddParameter("secret", secret: true))
        },
        {
            "takes no writes",
            static b => b.AddExecutable("job", "job", ".").WithAdministratorReference(
                b.AddRdsMySql("orders-db").RunAsEmulator().AddReader("orders-ro").AddDatabase("orders-read", "orders"))
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_gets_one_sentence(string said, Action<IDistributedApplicationBuilder> mistake)
    {
        var exception = Assert.ThrowsAny<Exception>(() => mistake(AppHostModel.InRunMode()));

        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public async Task Data_that_is_to_be_kept_is_refused_when_the_model_is_complete()
    {
        var builder = AppHostModel.InRunMode();
        var reader = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app")
            .RunAsContainer(static container => container.WithDataVolume()).AddReader("orders-ro");
        var service = builder.AddExecutable("service", "service", ".").WithReference(reader);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => AppHostModel.EnvironmentOfAsync(builder, service.Resource));

        Assert.Contains("data of a local cluster goes with it", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _output.Delete(recursive: true);

    private static IResourceBuilder<RdsMySqlResource> AddBoth(IDistributedApplicationBuilder builder)
    {
        var writer = builder.AddRdsMySql("orders-db");
        writer.AddReader("orders-ro");
        return writer;
    }

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(
        Path.Combine(_output.FullName, "rds-iam", "orders-db", file), TestContext.Current.CancellationToken);
}
