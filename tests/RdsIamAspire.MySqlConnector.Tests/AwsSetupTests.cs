using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>Services that have told AWSSDK.Extensions.NETCore.Setup who they are need not say it again.</summary>
public sealed class AwsSetupTests
{
    private static readonly AWSCredentials Somebody = new BasicAWSCredentials("AKIDEXAMPLE", "made-up");

    [Fact]
    public void The_section_AWS_of_appsettings_is_read()
    {
        var settings = Settings(
            b => b.Services.AddDefaultAWSOptions(b.Configuration.GetAWSOptions()),
            ("AWS:Profile", "dev"), ("AWS:Region", "eu-west-1"), ("AWS:SessionRoleArn", "arn:aws:iam::123456789012:role/orders"),
            ("AWS:SessionName", "orders-api"), ("AWS:ExternalId", "x"));

        Assert.Equal("dev", settings.Profile);
        Assert.Equal("eu-west-1", settings.Region);
        Assert.Equal("arn:aws:iam::123456789012:role/orders", settings.RoleArn);
        Assert.Equal("orders-api", settings.RoleSessionName);
        Assert.Equal("x", settings.ExternalId);
    }

    [Fact]
    public void Options_that_are_made_in_code_are_read()
    {
        var settings = Settings(b => b.Services.AddDefaultAWSOptions(
            new AWSOptions { Profile = "ops", Region = RegionEndpoint.EUCentral1, Credentials = Somebody }));

        Assert.Equal("ops", settings.Profile);
        Assert.Equal("eu-central-1", settings.Region);
        Assert.Same(Somebody, settings.Credentials);
    }

    [Fact]
    public void Our_own_settings_come_first()
    {
        var settings = Settings(
            b => b.Services.AddDefaultAWSOptions(new AWSOptions { Profile = "ops", Region = RegionEndpoint.EUCentral1, Credentials = Somebody }),
            ("RdsIam:MySqlConnector:orders:Profile", "orders"), ("RdsIam:MySqlConnector:orders:Region", "us-east-1"));

        Assert.Equal("orders", settings.Profile);
        Assert.Equal("us-east-1", settings.Region);
        // Whoever is asked for by name is not overridden by an object for everybody.
        Assert.Null(settings.Credentials);
    }

    [Fact]
    public void The_section_AWS_means_nothing_to_a_service_without_that_package()
    {
        var settings = Settings(_ => { }, ("AWS:Profile", "dev"));

        Assert.Null(settings.Profile);
    }

    private static RdsIamMySqlSettings Settings(Action<HostApplicationBuilder> register, params (string Key, string Value)[] configuration)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["ConnectionStrings:orders"] = "Server=localhost;User ID=orders_app";
        foreach (var (key, value) in configuration)
            builder.Configuration[key] = value;
        builder.AddRdsIamMySqlDataSource("orders");
        register(builder);
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptionsMonitor<RdsIamMySqlSettings>>().Get("orders");
    }
}
