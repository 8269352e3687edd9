using System.Text.Json;
using RdsIamAspire.Cli.AppHosts;
using RdsIamAspire.Cli.Doctor;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary>
/// <c>rds-iam doctor --apphost</c>: the logins that a running AppHost hands out. A stand-in for <c>aspire</c> says what the real one says of
/// the playground; the servers and logins are real.
/// </summary>
public sealed class AppHostDoctorTests(SharedRds shared) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-apphost-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Each_login_that_a_service_is_handed_is_tried_as_the_service()
    {
        await using var database = await shared.CreateDatabaseAsync(Cancel);
        Stand(Describe(Service("orders-api", "Project", database.User, Variables()),
            Service("orders-report", "Executable", "nobody_here", Variables()),
            Service("orders-batch", "Container", database.User, Variables())));

        var result = await DoctorAsync();

        Assert.Contains("orders-api, orders:\nok   endpoint", result.Output);
        Assert.Contains($"ok   login       logged in as '{database.User}' with the token\n", result.Output);
        Assert.Contains("orders-report, orders:\nok   endpoint", result.Output);
        Assert.Contains("cause: UserNotIam: ", result.Output);
        Assert.Contains("?    not tried: 'orders-batch' is a container", result.Output);
        Assert.Equal((int)Cause.UserNotIam, result.ExitCode);

        var json = await DoctorAsync("--json");
        using var read = JsonDocument.Parse(json.Output);
        Assert.Equal(["orders-api", "orders-report", "orders-batch"],
            read.RootElement.EnumerateArray().Select(one => one.GetProperty("resource").GetString()));
    }

    [Fact]
    public async Task The_reason_of_the_AppHosts_own_emulator_is_read_from_its_log()
    {
        await using var database = await shared.CreateDatabaseAsync(Cancel);
        var variables = Variables();
        variables["AWS_SECRET_ACCESS_KEY"] = "another";
        Stand(Describe(Service("orders-api", "Project", database.User, variables)),
            JsonSerializer.Serialize(new
            {
                logs = (object[])
                [
                    new { content = $"Login of '{database.User}' from 172.17.0.1 denied: WrongRegion. An older one." },
                    new { content = $"Login of '{database.User}' from 172.17.0.1 denied: SignatureMismatch. The signature is another's." },
                ],
            }));

        var result = await DoctorAsync();

        Assert.Contains("cause: RefusedByEmulator: The signature is another's. [SignatureMismatch]\n", result.Output);
        Assert.Contains("   do: its own lines: aspire logs orders-db\n", result.Output);
        Assert.Equal((int)Cause.RefusedByEmulator, result.ExitCode);
    }

    [Fact]
    public async Task What_is_missing_is_said_with_what_to_type()
    {
        var without = await DoctorAsync();
        Assert.Equal(3, without.ExitCode);
        Assert.EndsWith("install it: dotnet tool install --global Aspire.Cli", without.Said[^1]);

        Write("aspire", "#!/bin/sh\necho 'No running AppHosts found.' >&2\nexit 7\n");
        var none = await DoctorAsync();
        Assert.Equal((3, "'aspire describe' found nothing to tell: No running AppHosts found.; start the AppHost ('aspire start'), or name"
            + " it: --apphost PATH"), (none.ExitCode, none.Said[^1]));

        Stand("""{"resources":[{"name":"web","environment":{"ConnectionStrings__cache":"localhost:6379"}}]}""");
        var other = await DoctorAsync();
        Assert.Equal(3, other.ExitCode);
        Assert.StartsWith("the AppHost runs, and none of its services has a connection to RDS by IAM", other.Said[^1]);
    }

    [Theory]
    [InlineData("{\"content\":\"Login of \\u0027app\\u0027 from 10.0.0.1 denied: WrongHost. Why.\"}\n{\"content\":\"x\"}\n", "WrongHost")]
    [InlineData("{\"content\":\"Login of 'other' from 10.0.0.1 denied: WrongHost. Why.\"}", null)]
    [InlineData("no JSON", null)]
    [InlineData("{\"cut", null)]
    public void A_refusal_is_found_in_a_log_of_either_form(string log, string? denial) =>
        Assert.Equal(denial, RefusalLine.LastOf("app", log)?.Denial);

    [Fact]
    public void Only_logins_by_IAM_are_taken()
    {
        const string json = """
            {"resources":[{"name":"api-x","displayName":"api","resourceType":"Project","environment":{
            "ConnectionStrings__cache":"localhost:6379","ConnectionStrings__old":"Server=h;User ID=u;Password=not-read",
            "ConnectionStrings__prod":"Server=mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com;User ID=app",
            "ConnectionStrings__orders":"Server=localhost;Port=3307;User ID=app;SSL CA=/tmp/ca.pem",
            "RdsIam__MySqlConnector__orders__Region":"eu-west-1","OTHER":null}}]}
            """;
        Assert.Equal([("api", "prod", null, null), ("api", "orders", "eu-west-1", "/tmp/ca.pem")],
            HandedOut.Read(json).Select(static one => (one.Resource, one.Connection, one.Region, one.CaFile)));
    }

    private Dictionary<string, string> Variables() => new(shared.Rds.Emulator.GetAwsEnvironment());

    private object Service(string name, string type, string user, Dictionary<string, string> variables)
    {
        var server = shared.Rds.Server;
        variables["ConnectionStrings__orders"] =
            $"Server={server.Host};Port={server.Port};User ID={user};SSL Mode=VerifyFull;SSL CA={shared.Rds.CaCertificatePath}";
        variables["RdsIam__MySqlConnector__orders__Region"] = shared.Rds.Emulator.Region;
        return new { name = $"{name}-abcdefgh", displayName = name, resourceType = type, environment = variables };
    }

    private string Describe(params object[] services) => JsonSerializer.Serialize(new
    {
        resources = (object[])[.. services, new Dictionary<string, object>
        {
            ["name"] = "orders-db",
            ["resourceType"] = "RDS MySQL",
            ["properties"] = new Dictionary<string, string> { ["rds.endpoint"] = $"{shared.Rds.Server.Host}:{shared.Rds.Server.Port}" },
            ["environment"] = new Dictionary<string, string>(),
        }],
    });

    private void Stand(string describe, string log = "")
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "describe.json"), describe);
        File.WriteAllText(Path.Combine(_folder.FullName, "log"), log);
        Write("aspire", $"#!/bin/sh\ncase $1 in describe) cat {_folder.FullName}/describe.json ;; *) cat {_folder.FullName}/log ;; esac\n");
    }

    private void Write(string name, string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell script stands in for aspire");
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // The stand-in, and what is not another aspire: dotnet, and the programs of its script.
    private Task<ToolResult> DoctorAsync(params string[] more)
    {
        foreach (var program in (string[])["dotnet", "cat", "sh"])
        {
            var link = Path.Combine(_folder.FullName, program);
            if (!File.Exists(link))
                File.CreateSymbolicLink(link, Found(program));
        }

        return Tool.RunAsync(["doctor", "--apphost", .. more], environment: new Dictionary<string, string?>
        {
            ["PATH"] = _folder.FullName,
        });
    }

    private static string Found(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).First(File.Exists);
}
