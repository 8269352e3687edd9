using Amazon.Runtime;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Deployment;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Hosting.Tests.Deployment;

/// <summary>The steps of `aspire deploy` and `aspire do` that touch the database, on a real MySQL that stands for RDS.</summary>
public sealed class DeploymentTests : IAsyncLifetime
{
    private readonly RecordedLog _log = new();
    private readonly string _output = Directory.CreateTempSubdirectory("rds-iam-deploy-").FullName;
    private LocalRds _rds = null!;
    private string? _stateFile;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _rds = await TestServer.StartRdsAsync(null, Cancel);

    public async ValueTask DisposeAsync()
    {
        _log.Dispose();
        if (_rds is not null) await _rds.DisposeAsync();
        Directory.Delete(_output, recursive: true);
        if (Path.GetDirectoryName(_stateFile) is { } state && Directory.Exists(state)) Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task Granting_creates_the_users_who_then_log_in_with_the_deployers_own_credentials()
    {
        await TestServer.ExecuteAsync(_rds.Server, "CREATE DATABASE orders", Cancel);

        await RunAsync("grant-rds-iam-orders-db", MasterPassword);
        await RunAsync("verify-rds-iam-orders-db", MasterPassword);

        AssertSaid("created. It logs in with IAM tokens over TLS; privileges on: orders");
        AssertSaid("'orders_app' logged in to");
    }

    [Fact]
    public async Task A_user_with_a_password_becomes_one_with_tokens_and_the_step_says_so()
    {
        await TestServer.ExecuteAsync(_rds.Server, "CREATE DATABASE orders; CREATE USER orders_app IDENTIFIED BY 'n0t-4-s3cret'", Cancel);

        await RunAsync("grant-rds-iam-orders-db", MasterPassword);
        await RunAsync("verify-rds-iam-orders-db", MasterPassword);

        AssertSaid("altered: it had a password (caching_sha2_password), which no longer works");
        AssertSaid("'orders_app' logged in to");
    }

    [Fact]
    public async Task Deploying_again_leaves_the_users_as_they_are()
    {
        await RunAsync("grant-rds-iam-orders-db", MasterPassword);
        await RunAsync("grant-rds-iam-orders-db", MasterPassword);

        AssertSaid("as it was. It logs in with IAM tokens over TLS");
    }

    [Fact]
    public async Task An_administrator_is_not_altered()
    {
        await TestServer.ExecuteAsync(
            _rds.Server,
            "CREATE USER orders_app IDENTIFIED BY 'n0t-4-s3cret'; GRANT CREATE USER ON *.* TO orders_app",
            Cancel);

        await RunAsync("grant-rds-iam-orders-db", MasterPassword);

        AssertSaid(
            "'orders_app' is an administrator of this server, and making it an IAM user would take its password away: nothing was changed");
        Assert.Equal("caching_sha2_password", await PluginAsync());
    }

    [Fact]
    public async Task A_locked_user_is_not_reported_as_one_that_logs_in()
    {
        await TestServer.ExecuteAsync(_rds.Server, "CREATE USER orders_app IDENTIFIED BY 'n0t-4-s3cret' ACCOUNT LOCK", Cancel);

        await RunAsync("grant-rds-iam-orders-db", MasterPassword);

        AssertSaid("'orders_app'@'%' cannot log in with an IAM token: it is locked");
        Assert.DoesNotContain(_log.Lines, static line => line.Contains("It logs in with IAM tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_for_a_particular_host_that_keeps_its_password_is_named()
    {
        await TestServer.ExecuteAsync(_rds.Server, "CREATE USER orders_app@`10.%` IDENTIFIED BY 'n0t-4-s3cret'", Cancel);

        await RunAsync("grant-rds-iam-orders-db", MasterPassword);

        AssertSaid("'orders_app'@'10.%' on");
        AssertSaid("do not log in with IAM tokens, and are the ones that count for clients from there");
    }

    [Fact]
    public void The_user_that_makes_the_users_is_none_of_them()
    {
        var builder = AppHostModel.InPublishMode();
        var password = builder.AddParameter("master-password", secret: true);
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("deployer");

        var refused = Assert.Throws<ArgumentException>(() => orders.WithGrantsOnDeploy(password, "deployer"));

        Assert.Contains("'deployer' logs in to 'orders-db' with IAM tokens", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nor_is_a_database_user_named_after_it()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddRdsMySql("orders-db")
            .WithRdsIamAuth("orders_app")
            .WithGrantsOnDeploy(builder.AddParameter("master-password", secret: true), "deployer");
        orders.AddDatabase("orders").WithRdsIamAuth("deployer");

        var refused = Assert.Throws<DistributedApplicationException>(() => RdsMasterUserAnnotation.ThrowIfItIsAnIamUser(orders.Resource));

        Assert.StartsWith("'deployer' makes the users of 'orders-db'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told_apart_from_a_denied_login()
    {
        await RunAsync("grant-rds-iam-orders-db", MasterPassword);
        await RunAsync("verify-rds-iam-orders-db", MasterPassword);

        AssertSaid("Unknown database 'orders'. The login worked");
    }

    [Theory]
    [InlineData("grant-rds-iam-orders-db")]
    [InlineData("verify-rds-iam-orders-db")]
    [InlineData("publish")]
    public async Task The_master_password_is_not_kept_in_the_deployment_state(string step)
    {
        await RunAsync(step, MasterPassword);

        AssertSaid("1 parameter values saved to deployment state");
        Assert.NotNull(_stateFile);
        Assert.DoesNotContain(
            MasterPassword, File.Exists(_stateFile) ? await File.ReadAllTextAsync(_stateFile, Cancel) : "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_was_not_created_is_denied_and_the_step_says_where_to_look()
    {
        await RunAsync("verify-rds-iam-orders-db", MasterPassword);

        AssertSaid("'orders_app' did not get in to");
        AssertSaid("was the user created (grants.sql)");
    }

    [Fact]
    public async Task A_wrong_master_password_names_its_parameter_and_is_said_nowhere()
    {
        const string Wrong = "n0t-the-p4ssw0rd";

        await RunAsync("grant-rds-iam-orders-db", Wrong);

        AssertSaid("Check the user and the parameter 'master-password'");
        Assert.DoesNotContain(_log.Lines, static line => line.Contains(Wrong, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_with_another_CA_gets_neither_password_nor_token()
    {
        await RunAsync("grant-rds-iam-orders-db", MasterPassword, RdsCaBundle.Embedded);

        AssertSaid("The users of 'orders-db' were not created");
        AssertSaid("rds-iam ca update");
    }

    [Fact]
    public async Task Neither_the_master_password_nor_a_token_is_in_what_the_steps_say()
    {
        await RunAsync("grant-rds-iam-orders-db", MasterPassword);
        await RunAsync("verify-rds-iam-orders-db", MasterPassword);

        Assert.NotEmpty(_log.Lines);
        Assert.DoesNotContain(
            _log.Lines,
            line => line.Contains(MasterPassword, StringComparison.Ordinal) || line.Contains("X-Amz-Signature", StringComparison.Ordinal));
    }

    [Fact]
    public void A_master_password_that_is_not_a_secret_is_refused()
    {
        var builder = AppHostModel.InPublishMode();
        var password = builder.AddParameter("master-password");

        var refused = Assert.Throws<ArgumentException>(() => builder.AddRdsMySql("orders-db").WithGrantsOnDeploy(password));

        Assert.Contains("'master-password'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("secret: true", refused.Message, StringComparison.Ordinal);
    }

    private async Task<object?> PluginAsync() =>
        await TestServer.ScalarAsync(_rds.Server.AdminConnectionString, "SELECT plugin FROM mysql.user WHERE User = 'orders_app'", Cancel);

    private void AssertSaid(string words) => Assert.Contains(_log.Lines, line => line.Contains(words, StringComparison.Ordinal));

    private string MasterPassword => new MySqlConnectionStringBuilder(_rds.Server.AdminConnectionString).Password;

    private async Task RunAsync(string step, string masterPassword, RdsCaBundle? bundle = null)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = ["--operation", "publish", "--step", step, "--output-path", _output],
        });
        builder.KeepStateApart(_output);
        builder.Configuration["Parameters:master-password"] = masterPassword;
        builder.Services.AddLogging(logging => logging.AddProvider(_log));
        builder.Services.AddSingleton(bundle ?? RdsCaBundle.Load(_rds.CaCertificatePath));
        var principal = _rds.Emulator.Principals[0];
        var credentials = new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
        builder.Services.AddSingleton(new RdsAuthTokenSourceOptions { Credentials = credentials });
        var server = builder.AddRdsMySql("orders-db", _rds.Server.Host, _rds.Server.Port, _rds.Emulator.Region)
            .WithRdsIamAuth("orders_app")
            .WithGrantsOnDeploy(builder.AddParameter("master-password", secret: true), "root");
        server.AddDatabase("orders");

        await using var app = builder.Build();
        _stateFile = app.Services.GetRequiredService<IDeploymentStateManager>().StateFilePath;
        try
        {
            await app.RunAsync(Cancel);
        }
        catch (DistributedApplicationException)
        {
            // A step that failed: what it said is in the log.
        }
    }
}
