using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Web;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Provisioning.Tests.Grants;

/// <summary>The steps of docs/moving-from-passwords.md that are no SQL: the switch, the policy and the try, the roll-out, the ways back.</summary>
public sealed partial class MovingFromPasswordsStepsTests
{
    private const string Password = "n0t-4-s3cret";
    private const string NewUser = "CREATE USER `orders_app`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'; "
        + "ALTER USER `orders_app`@`%` REQUIRE SSL; GRANT SELECT ON orders.* TO `orders_app`@`%`";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_command_of_step_2_asks_RDS_to_switch_IAM_authentication_on_now()
    {
        var command = SwitchPattern().Match(await PageAsync()).Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var rds = new HttpListener();
        var endpoint = $"http://127.0.0.1:{FreePort()}/";
        rds.Prefixes.Add(endpoint);
        rds.Start();
        var start = new ProcessStartInfo(command[0], [.. command[1..], "--endpoint-url", endpoint, "--region", "eu-west-1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["AWS_ACCESS_KEY_ID"], start.Environment["AWS_SECRET_ACCESS_KEY"]) = ("AKIAIOSFODNN7EXAMPLE", "of-nobody");
        Process aws;
        try { aws = Process.Start(start)!; }
        catch (Win32Exception) { Assert.Skip("The AWS CLI is not here."); return; }

        using (aws)
        {
            var ended = aws.WaitForExitAsync(Cancel);
            var asked = rds.GetContextAsync();
            if (await Task.WhenAny(asked, ended) == ended && aws.ExitCode == 127) Assert.Skip("The AWS CLI is not here.");
            var context = await asked.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
            var request = HttpUtility.ParseQueryString(await new StreamReader(context.Request.InputStream).ReadToEndAsync(Cancel));
            context.Response.StatusCode = 400;
            context.Response.Close();
            await ended;

            Assert.Equal("ModifyDBCluster", request["Action"]);
            Assert.Equal("orders", request["DBClusterIdentifier"]);
            Assert.Equal("true", request["EnableIAMDatabaseAuthentication"]);
            Assert.Equal("true", request["ApplyImmediately"]);
        }
    }

    [Fact]
    public async Task The_try_of_step_4_is_denied_before_the_policy_and_works_with_it_and_taking_it_away_is_the_way_back()
    {
        var without = EmulatorPrincipal.Create(
            "arn:aws:sts::123456789012:assumed-role/orders/before",
            """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}""");
        var with = EmulatorPrincipal.Create(
            "arn:aws:sts::123456789012:assumed-role/orders/after",
            RdsDbConnectPolicy.CreateDocument(new RdsDbUserArn("us-east-1", "123456789012", "*", "orders_app")));
        await using var rds = await StartAsync(without, with);
        LoginDenial? why = null;
        rds.Emulator.LoginJudged += (_, attempt) => why = attempt.Denial;

        await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, "orders_app", without));
        Assert.Equal(LoginDenial.NotAuthorized, why);
        await LogInAsync(rds, "orders_app", with);
        await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, "orders_app", without));

        // The way back of step 3: nobody has noticed.
        await TestServer.ExecuteAsync(rds.Server, "DROP USER orders_app", Cancel);
        await LogInAsync(rds.GetConnectionString("orders"), Password);
    }

    [Fact]
    public async Task The_connection_strings_of_step_5_log_in_side_by_side()
    {
        var lines = RolloutPattern().Match(await PageAsync());
        var signer = EmulatorPrincipal.CreateDefault();
        await using var rds = await StartAsync(signer);

        foreach (var (written, password) in new[]
        {
            (lines.Groups["old"].Value, Password),
            (lines.Groups["new"].Value, await rds.Emulator.CreateTokenAsync("orders_app", cancellationToken: Cancel)),
        })
        {
            // As on the page, but for the host that it leaves out, and for the CA of this machine.
            var text = written.Replace("Password=…;", "", StringComparison.Ordinal);
            var login = new MySqlConnectionStringBuilder(text)
            {
                Server = rds.Server.Host,
                Port = (uint)rds.Server.Port,
                SslMode = MySqlSslMode.VerifyFull,
                SslCa = rds.CaCertificatePath,
            };
            await LogInAsync(login.ConnectionString, password);
        }
    }

    private static Task<LocalRds> StartAsync(params EmulatorPrincipal[] principals) => StartAsync(
        principals,
        $"CREATE DATABASE orders; CREATE USER orders IDENTIFIED BY '{Password}'; GRANT ALL ON orders.* TO orders; {NewUser}");

    private static async Task<LocalRds> StartAsync(EmulatorPrincipal[] principals, string sql)
    {
        var rds = await TestServer.StartRdsAsync(
            options =>
            {
                foreach (var principal in principals) options.Emulator.Principals.Add(principal);
            },
            Cancel);
        await TestServer.ExecuteAsync(rds.Server, sql, Cancel);
        return rds;
    }

    private static async Task LogInAsync(LocalRds rds, string user, EmulatorPrincipal principal) => await LogInAsync(
        rds.GetConnectionString(user),
        await rds.Emulator.CreateTokenAsync(user, principal: principal, cancellationToken: Cancel));

    private static async Task LogInAsync(string connectionString, string password)
    {
        var login = new MySqlConnectionStringBuilder(connectionString) { Password = password, Pooling = false, Database = "orders" };
        await using var connection = new MySqlConnection(login.ConnectionString);
        await connection.OpenAsync(Cancel);
        Assert.True(await connection.PingAsync(Cancel));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> PageAsync()
    {
        var metadata = typeof(MovingFromPasswordsStepsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        var docs = metadata.Single(static attribute => attribute.Key == "Docs").Value!;
        return (await File.ReadAllTextAsync(Path.Combine(docs, "moving-from-passwords.md"), Cancel)).ReplaceLineEndings("\n");
    }

    [GeneratedRegex("aws rds modify-db-cluster .+")]
    private static partial Regex SwitchPattern();

    [GeneratedRegex("^    -(?<old>Server=.+)\n    \\+(?<new>Server=.+)$", RegexOptions.Multiline)]
    private static partial Regex RolloutPattern();
}
