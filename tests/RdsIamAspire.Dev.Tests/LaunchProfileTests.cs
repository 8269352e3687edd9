using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.Dev.Tests;

/// <summary>Where the playground's AppHost listens when somebody else is there already, and what is said to a misspelt command.</summary>
public sealed class LaunchProfileTests
{
    private const string Settings = """
        {
          "profiles": {
            "http": {
              "applicationUrl": "http://localhost:15231",
              "environmentVariables": {
                "DOTNET_ENVIRONMENT": "Development",
                "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL": "http://localhost:19231"
              }
            }
          }
        }
        """;

    [Fact]
    public void A_port_that_is_free_stays_and_one_that_is_taken_is_replaced_and_said()
    {
        var moved = new List<(int, int)>();

        var variables = LaunchProfile.Read(Settings, port => port == 15231, () => 40001, (taken, port) => moved.Add((taken, port)));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:19231",
                ["ASPNETCORE_URLS"] = "http://localhost:40001",
            },
            variables);
        Assert.Equal([(15231, 40001)], moved);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_port_that_is_taken_on_one_of_localhosts_addresses_is_taken(string address)
    {
        if (address == "::1" && !Socket.OSSupportsIPv6) Assert.Skip("this machine has no IPv6");
        using var somebody = new TcpListener(IPAddress.Parse(address), 0);
        somebody.Start();

        Assert.True(LaunchProfile.IsTaken(((IPEndPoint)somebody.LocalEndpoint).Port));
    }

    [Theory]
    [InlineData("run", "--onec")]
    [InlineData("check", "everything")]
    [InlineData("test", "NoSuchProject")]
    [InlineData("tset")]
    public async Task A_word_that_it_does_not_know_is_an_error_before_anything_is_built(params string[] arguments) =>
        Assert.Equal(1, await DevCommandLine.RunAsync(RepositoryFolder(), arguments));

    private static string RepositoryFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "dev.cs"))) folder = folder.Parent;
        return folder.FullName;
    }
}
