namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>The playground from the outside, as its user has it: <c>aspire start</c>, its URL, its commands, <c>aspire stop</c>.</summary>
public sealed class PlaygroundTests
{
    [Fact]
    public async Task Every_command_of_the_dashboard_works_from_the_command_line()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var playground =
            await AspireCommandLine.StartAsync("playground/RdsIamAspire.Playground.AppHost/RdsIamAspire.Playground.AppHost.csproj");
        await playground.HealthyAsync("orders-api");
        var orders = new Uri(await playground.UrlAsync("orders-api"), "/orders");

        Assert.Contains("Ada Lovelace", await AnswerAsync(orders), StringComparison.Ordinal);
        Assert.Contains("X-Amz-Signature=", await playground.CommandAsync("orders-db", "token"), StringComparison.Ordinal);
        Assert.Contains(
            "--enable-cleartext-plugin",
            await playground.CommandAsync("orders-db", "mysql-command-line"),
            StringComparison.Ordinal);
        Assert.Contains("rds-db:connect", await playground.CommandAsync("orders-db", "iam-policy"), StringComparison.Ordinal);
        Assert.Contains("AWSAuthenticationPlugin", await playground.CommandAsync("orders-db", "grant-script"), StringComparison.Ordinal);

        await playground.CommandAsync("orders-db", "deny-connect");
        Assert.Equal("connect denied", await playground.PropertyAsync("orders-db", "rds.faults", due: "connect denied"));
        await playground.CommandAsync("orders-db", "end-sessions");
        Assert.Null(await AnswerAsync(orders));
        await playground.CommandAsync("orders-db", "allow-connect");
        Assert.NotNull(await AnswerAsync(orders));

        await playground.CommandAsync("orders-db", "clock-skew", "--seconds=-60");
        Assert.Equal("clock -60 s", await playground.PropertyAsync("orders-db", "rds.faults", due: "clock -60 s"));
        await playground.CommandAsync("orders-db", "expire-tokens");
        await playground.CommandAsync("orders-db", "restart");
        Assert.Equal("none", await playground.PropertyAsync("orders-db", "rds.faults", due: "none"));
        Assert.Contains("Ada Lovelace", await AnswerAsync(orders), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docker_that_starts_after_the_AppHost_runs_the_image_that_it_would_have_run_before()
    {
        await ThisMachine.HasMySqlImageAsync();
        // An engine that is not there yet: its address is a name that will lead to the real one.
        const string Engine = "/var/run/docker.sock";
        Assert.SkipUnless(
            File.Exists(Engine) && Environment.GetEnvironmentVariable("DOCKER_HOST") is null or "", $"Docker is not at {Engine}.");
        var folder = Directory.CreateTempSubdirectory("rds-iam-late-");
        try
        {
            var socket = Path.Combine(folder.FullName, "docker.sock");
            await using var playground = await AspireCommandLine.StartAsync(
                "playground/RdsIamAspire.Playground.AppHost/RdsIamAspire.Playground.AppHost.csproj",
                ("DOCKER_HOST", $"unix://{socket}"),
                ("RDS_IAM_SERVER", "docker"));
            await playground.StateAsync("orders-db", "Waiting");
            await playground.StateAsync("orders-api", "Waiting");

            File.CreateSymbolicLink(socket, Engine);

            await playground.HealthyAsync("orders-api");
            Assert.Equal(await ThisMachine.MySqlImageAsync(), await playground.PropertyAsync("orders-db", "resource.source"));
            Assert.StartsWith(
                "rds-iam-initialized:", await playground.PropertyAsync("orders-db-server", "container.image"), StringComparison.Ordinal);
            Assert.Contains(
                "Ada Lovelace",
                await AnswerAsync(new Uri(await playground.UrlAsync("orders-api"), "/orders")),
                StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_TypeScript_AppHost_starts_the_same()
    {
        await ThisMachine.HasMySqlImageAsync();
        Assert.SkipUnless(AspireCommandLine.IsOnPath("npm"), "npm is not on the PATH.");
        Assert.SkipUnless(
            await ThisMachine.HasPackageAsync("Aspire.Hosting.CodeGeneration.TypeScript"),
            "Aspire.Hosting.CodeGeneration.TypeScript, which makes the TypeScript SDK, is not on this NuGet feed.");
        await using var playground = await AspireCommandLine.StartAsync("playground/RdsIamAspire.Playground.TypeScriptAppHost/apphost.mts");
        await playground.HealthyAsync("orders-api");

        Assert.Contains(
            "Ada Lovelace",
            await AnswerAsync(new Uri(await playground.UrlAsync("orders-api"), "/orders")),
            StringComparison.Ordinal);
        Assert.Contains("X-Amz-Signature=", await playground.CommandAsync("orders-db", "token"), StringComparison.Ordinal);
    }

    private static async Task<string?> AnswerAsync(Uri url)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(url, TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : null;
    }
}
