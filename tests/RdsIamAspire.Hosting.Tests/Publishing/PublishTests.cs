namespace RdsIamAspire.Hosting.Tests.Publishing;

/// <summary>What `aspire publish` leaves in its output folder.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task Compose_output_has_the_endpoint_as_parameters_the_artifacts_beside_it_and_no_password()
    {
        var output = Directory.CreateTempSubdirectory("rds-iam-publish-");
        try
        {
            var builder = AppHostModel.InPublishMode(output.FullName);
            builder.AddDockerComposeEnvironment("compose").WithDashboard(false);
            var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders");
            var legacy = builder.AddMySql("mysql").WithRdsIamAuth("legacy_app").AddDatabase("legacy");
            builder.AddContainer("api", "api", "1").WithReference(orders).WithReference(legacy);

            await using (var app = builder.Build())
            {
                await app.RunAsync(TestContext.Current.CancellationToken);
            }

            var compose = await File.ReadAllTextAsync(Path.Combine(output.FullName, "docker-compose.yaml"), TestContext.Current.CancellationToken);
            Assert.Contains("Server=${ORDERS_DB_HOST};Port=3306;User ID=orders_app;Database=orders;SslMode=VerifyFull", compose, StringComparison.Ordinal);
            Assert.Contains("Server=${MYSQL_RDS_HOST};Port=3306;User ID=legacy_app;Database=legacy;SslMode=VerifyFull", compose, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(output.FullName, "rds-iam", "orders-db", "iam-policy.json")));
            Assert.True(File.Exists(Path.Combine(output.FullName, "rds-iam", "mysql-rds", "terraform.tf")));
            foreach (var file in output.EnumerateFiles("*", SearchOption.AllDirectories))
            {
                var text = await File.ReadAllTextAsync(file.FullName, TestContext.Current.CancellationToken);
                Assert.DoesNotContain("password", text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("AWS_SECRET", text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("emulator", text, StringComparison.OrdinalIgnoreCase);
            }
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }
}
