namespace RdsIamAspire.Hosting.Tests.Publishing;

/// <summary>What `aspire publish` leaves in its output folder.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("rds-iam-publish-");

    [Fact]
    public async Task Output_without_an_environment_is_the_artifacts_of_every_endpoint_and_nothing_secret()
    {
        await PublishAsync(static _ => { });

        Assert.Equal(
            ["mysql-rds", "old-rds", "orders-db"],
            Directory.EnumerateDirectories(Path.Combine(_output.FullName, "rds-iam"))
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
        await AssertNothingSecretAsync();
    }

#if ASPIRE_ENVIRONMENTS
    [Fact]
    public async Task Compose_output_has_the_endpoint_as_parameters_and_the_artifacts_beside_it()
    {
        await PublishAsync(static builder => builder.AddDockerComposeEnvironment("compose").WithDashboard(false));

        var compose = await ReadAsync("docker-compose.yaml");
        Assert.Contains(
            "Server=${ORDERS_DB_HOST};Port=3306;User ID=orders_app;Database=orders;SslMode=VerifyFull",
            compose,
            StringComparison.Ordinal);
        Assert.Contains(
            "Server=${MYSQL_RDS_HOST};Port=3306;User ID=legacy_app;Database=legacy;SslMode=VerifyFull",
            compose,
            StringComparison.Ordinal);
        Assert.Contains(
            "Server=${OLD_RDS_HOST};Port=3306;User ID=old_app;Database=${OLD_RDS_DATABASE};SslMode=VerifyFull",
            compose,
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_output.FullName, "rds-iam", "orders-db", "iam-policy.json")));
        Assert.True(File.Exists(Path.Combine(_output.FullName, "rds-iam", "mysql-rds", "terraform.tf")));
        Assert.True(File.Exists(Path.Combine(_output.FullName, "rds-iam", "old-rds", "grants.sql")));
        await AssertNothingSecretAsync();
    }

    [Fact]
    public async Task Kubernetes_output_has_the_endpoint_as_values_of_the_chart_and_the_artifacts_beside_it()
    {
        await PublishAsync(static builder => builder.AddKubernetesEnvironment("k8s"));

        var config = await ReadAsync("templates", "api", "config.yaml");
        Assert.Contains(
            "Server={{ .Values.config.api.orders_db_host }};Port=3306;User ID=orders_app;Database=orders;SslMode=VerifyFull",
            config,
            StringComparison.Ordinal);
        Assert.Contains(
            "Server={{ .Values.config.api.mysql_rds_host }};Port=3306;User ID=legacy_app;Database=legacy;SslMode=VerifyFull",
            config,
            StringComparison.Ordinal);
        Assert.Contains("orders_db_host: \"\"", await ReadAsync("values.yaml"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_output.FullName, "rds-iam", "orders-db", "grants.sql")));
        await AssertNothingSecretAsync();
    }

#else
    [Theory]
    [InlineData("Aspire.Hosting.Docker")]
    [InlineData("Aspire.Hosting.Kubernetes")]
    public void Output_for_an_environment(string package) =>
        Assert.Skip($"{package} is not on this NuGet feed, so what is published for it was not looked at.");
#endif

    public void Dispose() => _output.Delete(recursive: true);

    // Everything that an AppHost may have: an endpoint that runs locally, Aspire's own MySQL, and somebody's connection string.
    private async Task PublishAsync(Action<IDistributedApplicationBuilder> addEnvironment)
    {
        var builder = AppHostModel.InPublishMode(_output.FullName);
        addEnvironment(builder);
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders");
        var legacy = builder.AddMySql("mysql").WithRdsIamAuth("legacy_app").AddDatabase("legacy");
        var old = builder.AddConnectionString("old").WithRdsIamAuth("old_app");
        builder.AddContainer("api", "api", "1").WithReference(orders).WithReference(legacy).WithReference(old);
        await using var app = builder.Build();
        await app.RunAsync(TestContext.Current.CancellationToken);
    }

    private Task<string> ReadAsync(params string[] path) =>
        File.ReadAllTextAsync(Path.Combine([_output.FullName, .. path]), TestContext.Current.CancellationToken);

    private async Task AssertNothingSecretAsync()
    {
        var files = _output.EnumerateFiles("*", SearchOption.AllDirectories);
        foreach (var file in files.Where(static file => !file.FullName.Contains("dashboard", StringComparison.Ordinal)))
        {
            var text = await ReadAsync(file.FullName);
            Assert.DoesNotContain("password=", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("password:", text, StringComparison.Ordinal);
            Assert.DoesNotContain("_password", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("IDENTIFIED BY", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("AWS_SECRET", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("SslCa", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("emulator", text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
