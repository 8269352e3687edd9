namespace RdsIamAspire.Hosting.Tests.References;

/// <summary>What a reference gets, in run mode and in publish mode.</summary>
public sealed class RdsReferenceTests
{
    private const string Host = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    [Fact]
    public async Task In_publish_mode_a_reference_gets_the_endpoint_and_the_user_and_no_password()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddRdsMySql("orders-db", Host).WithRdsIamAuth("orders_app").AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal("{orders.connectionString}", environment["ConnectionStrings__orders"]);
        Assert.Equal(
            $"Server={Host};Port=3306;User ID=orders_app;Database=orders;SslMode=VerifyFull",
            orders.Resource.ConnectionStringExpression.ValueExpression);
        Assert.Equal("eu-west-1", environment["RdsIam__MySqlConnector__orders__Region"]);
        Assert.Equal("orders_app", environment["ORDERS_USERNAME"]);
        Assert.Equal("orders", environment["ORDERS_DATABASENAME"]);
        Assert.Equal("eu-west-1", environment["ORDERS_REGION"]);
        Assert.Equal($"mysql://orders_app@{Host}:3306/orders?ssl=Amazon%20RDS", environment["ORDERS_URI"]);
        Assert.Equal($"jdbc:mysql://{Host}:3306/orders?sslMode=VERIFY_IDENTITY", environment["ORDERS_JDBCCONNECTIONSTRING"]);
        Assert.DoesNotContain(
            environment.Keys,
            static k => k.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase)
                || k.StartsWith("AWS_", StringComparison.Ordinal)
                || k.Contains("CACERTIFICATE", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_host_the_endpoint_is_a_parameter_of_the_deployment()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app");

        Assert.Contains(builder.Resources.OfType<ParameterResource>(), static p => p.Name == "orders-db-host");
        Assert.Equal(
            "Server={orders-db-host.value};Port=3306;User ID=orders_app;SslMode=VerifyFull",
            orders.Resource.ConnectionStringExpression.ValueExpression);
    }

    [Fact]
    public async Task Run_locally_a_project_gets_the_local_server_its_CA_and_credentials_that_it_knows()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db", Host).WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        var connectionString = environment["ConnectionStrings__orders"];
        Assert.StartsWith(
            "Server=localhost;Port=54321;User ID=orders_app;Database=orders;SslMode=VerifyFull;SslCa=",
            connectionString,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Password", connectionString, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("eu-west-1", environment["AWS_REGION"]);
        Assert.Equal("eu-west-1", environment["RdsIam__MySqlConnector__orders__Region"]);
        Assert.StartsWith("ASIALOCAL", environment["AWS_ACCESS_KEY_ID"], StringComparison.Ordinal);
        Assert.NotEmpty(environment["AWS_SECRET_ACCESS_KEY"]);
        Assert.NotEmpty(environment["AWS_SESSION_TOKEN"]);
    }

    [Fact]
    public async Task A_container_gets_the_name_on_the_container_network_and_a_CA_file_of_its_own()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders");
        var job = builder.AddContainer("job", "job").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, job.Resource);

        Assert.Equal(
            "Server=orders-db-server.dev.internal;Port=3306;User "
                + "ID=orders_app;Database=orders;SslMode=VerifyFull;SslCa=/etc/rds-iam/orders-db-ca.pem",
            environment["ConnectionStrings__orders"]);
        Assert.Equal("/etc/rds-iam/orders-db-ca.pem", environment["ORDERS_CACERTIFICATEPATH"]);
        Assert.Contains(
            job.Resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>(),
            static a => a.DestinationPath == "/etc/rds-iam");
    }

    [Fact]
    public async Task Two_endpoints_of_one_AppHost_share_one_set_of_credentials()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer();
        var billing = builder.AddRdsMySql("billing-db").WithRdsIamAuth("billing_app").RunAsContainer();
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders).WithReference(billing);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Contains("User ID=orders_app", environment["ConnectionStrings__orders-db"], StringComparison.Ordinal);
        Assert.Contains("User ID=billing_app", environment["ConnectionStrings__billing-db"], StringComparison.Ordinal);
        Assert.Single(environment, static v => v.Key == "AWS_ACCESS_KEY_ID");
    }

    [Fact]
    public async Task Credentials_that_the_AppHost_set_itself_stay()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer();
        var api = builder.AddExecutable("api", "api", ".").WithEnvironment("AWS_ACCESS_KEY_ID", "own").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal("own", environment["AWS_ACCESS_KEY_ID"]);
        Assert.DoesNotContain("AWS_SECRET_ACCESS_KEY", environment.Keys);
    }

    [Fact]
    public async Task The_region_setting_follows_the_name_that_the_reference_was_given()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddRdsMySql("orders-db", Host).WithRdsIamAuth("orders_app");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders, "Main");

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal("eu-west-1", environment["RdsIam__MySqlConnector__Main__Region"]);
        Assert.Equal(Host, environment["MAIN_HOST"]);
    }

    [Fact]
    public async Task A_database_may_have_a_user_of_its_own()
    {
        var builder = AppHostModel.InPublishMode();
        var server = builder.AddRdsMySql("orders-db", Host).WithRdsIamAuth("orders_app");
        var reports = server.AddDatabase("reports").WithRdsIamAuth("reports_reader", ["SELECT"]);
        var api = builder.AddExecutable("api", "api", ".").WithReference(reports);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal("reports_reader", environment["REPORTS_USERNAME"]);
    }

    [Fact]
    public void The_user_is_named_after_the_resource_where_none_is_given()
    {
        var builder = AppHostModel.InPublishMode();

        Assert.Equal("orders_db_app", builder.AddRdsMySql("orders-db", Host).WithRdsIamAuth().Resource.UserName);
    }

    [Fact]
    public void A_reference_to_an_endpoint_without_a_user_says_which_call_is_missing()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddRdsMySql("orders-db", Host);

        var error = Assert.Throws<DistributedApplicationException>(() => orders.Resource.ConnectionStringExpression);

        Assert.Contains("orders-db", error.Message, StringComparison.Ordinal);
        Assert.Contains("WithRdsIamAuth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_references_a_server_on_loopback_is_told_to_use_a_container()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsLocalServer();
        var job = builder.AddContainer("job", "job").WithReference(orders);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => AppHostModel.EnvironmentOfAsync(builder, job.Resource));

        Assert.Contains("RunAsContainer()", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_runs_locally_is_in_the_published_model()
    {
        var builder = AppHostModel.InPublishMode();
        builder.AddRdsMySql("orders-db", Host).WithRdsIamAuth().RunAsContainer().AddDatabase("orders");

        Assert.DoesNotContain(builder.Resources, static r => r is ContainerResource);
    }
}
