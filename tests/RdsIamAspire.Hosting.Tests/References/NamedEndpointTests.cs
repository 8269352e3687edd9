namespace RdsIamAspire.Hosting.Tests.References;

/// <summary>An endpoint by its name in <c>rds-iam.json</c>, before anything runs.</summary>
public sealed class NamedEndpointTests : IDisposable
{
    private const string Host = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-named-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_reference_gets_host_port_user_region_and_profile_of_the_file_above_the_AppHosts_folder()
    {
        var builder = Builder($$"""
            "orders-dev": { "endpoint": "{{Host}}:3307", "user": "orders_app", "awsProfile": "dev", "banner": "red", "listen": 3308 }
            """);
        var orders = builder.AddRdsMySql("orders-db").AsExistingNamed("orders-dev").AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Contains($"Server={Host};Port=3307;User ID=orders_app", environment["ConnectionStrings__orders"], StringComparison.Ordinal);
        Assert.Equal("eu-west-1", environment["RdsIam__MySqlConnector__orders__Region"]);
        Assert.Equal("dev", environment["AWS_PROFILE"]);
        Assert.DoesNotContain(builder.Resources, static one => one is ParameterResource { Name: "orders-db-host" });
    }

    [Fact]
    public async Task A_user_of_the_AppHost_wins_and_publishing_is_not_touched()
    {
        var builder = Builder($$"""
            "orders-dev": { "endpoint": "{{Host}}", "user": "orders_app" }
            """);
        var own = builder.AddRdsMySql("orders-db").WithRdsIamAuth("own").AsExistingNamed("orders-dev").Resource;
        var published = AppHostModel.InPublishMode();

        published.AddRdsMySql("orders-db").AsExistingNamed("nobody-looks");

        Assert.Equal("own", own.UserName);
        Assert.Equal(Host, await own.Host.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Contains(published.Resources, static one => one.Name == "orders-db-host");
    }

    [Theory]
    [InlineData("orders-dve", """{ "endpoint": "HOST" }""", "No endpoint is named 'orders-dve'; did you mean 'orders-dev'? (there are: orders-dev).")]
    [InlineData("orders-dev", """{ "endpoint": "HOST", "usr": "a" }""", "has 'usr', which is not known; did you mean 'user'?")]
    [InlineData("orders-dev", """{ "endpoint": "HOST", "region": "us-east-1" }""", "a token for us-east-1 would be denied")]
    [InlineData("orders-dev", """{ "endpoint": "localhost:3307", "signFor": "HOST" }""", "has 'signFor', which an AppHost does not use")]
    public void A_mistake_is_named_with_what_is_right(string name, string endpoint, string said)
    {
        var builder = Builder($"\"orders-dev\": {endpoint.Replace("HOST", Host, StringComparison.Ordinal)}");
        var orders = builder.AddRdsMySql("orders-db");

        Assert.Contains(
            said, Assert.Throws<DistributedApplicationException>(() => orders.AsExistingNamed(name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_cannot_sign_with_two_profiles()
    {
        var builder = Builder($$"""
            "a": { "endpoint": "{{Host}}", "user": "app", "awsProfile": "one" }, "b": { "endpoint": "{{Host}}", "user": "app", "awsProfile": "two" }
            """);
        var api = builder.AddExecutable("api", "api", ".")
            .WithReference(builder.AddRdsMySql("first").AsExistingNamed("a"))
            .WithReference(builder.AddRdsMySql("second").AsExistingNamed("b"));

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => AppHostModel.EnvironmentOfAsync(builder, api.Resource));

        Assert.Contains("a service signs with one", refused.ToString(), StringComparison.Ordinal);
    }

    private IDistributedApplicationBuilder Builder(string endpoints)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "rds-iam.json"), $$"""{ "endpoints": { {{endpoints}} } }""");
        var builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions { ProjectDirectory = _folder.CreateSubdirectory("apphost").FullName });
        return builder;
    }
}
