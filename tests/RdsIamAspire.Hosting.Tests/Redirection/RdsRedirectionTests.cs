using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Redirection;

namespace RdsIamAspire.Hosting.Tests.Redirection;

/// <summary>IAM authentication on AddMySql and AddConnectionString: what their references get.</summary>
public sealed class RdsRedirectionTests
{
    [Fact]
    public async Task A_database_of_AddMySql_hands_out_its_own_container_with_IAM_and_without_a_password()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddMySql("mysql").WithRdsIamAuth("orders_app").AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.StartsWith(
            "Server=localhost;Port=54321;User ID=orders_app;Database=orders;SslMode=VerifyFull;SslCa=",
            environment["ConnectionStrings__orders"],
            StringComparison.Ordinal);
        Assert.StartsWith(
            "mysql://orders_app@localhost:54321/orders?ssl=%7B%22ca%22%3A", environment["ORDERS_URI"], StringComparison.Ordinal);
        Assert.Equal("us-east-1", environment["RdsIam__MySqlConnector__orders__Region"]);
        Assert.Contains("AWS_ACCESS_KEY_ID", environment.Keys);
        Assert.DoesNotContain("ORDERS_PASSWORD", environment.Keys);
        Assert.DoesNotContain(environment.Values, static v => v.Contains("Password=", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_AddMySql_server_itself_is_redirected_too()
    {
        var builder = AppHostModel.InRunMode();
        var mysql = builder.AddMySql("mysql").WithRdsIamAuth("orders_app");
        var api = builder.AddExecutable("api", "api", ".").WithReference(mysql);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.StartsWith(
            "Server=localhost;Port=54321;User ID=orders_app;SslMode=VerifyFull;SslCa=",
            environment["ConnectionStrings__mysql"],
            StringComparison.Ordinal);
        Assert.DoesNotContain("MYSQL_PASSWORD", environment.Keys);
    }

    [Fact]
    public async Task A_database_of_AddMySql_may_have_a_user_of_its_own()
    {
        var builder = AppHostModel.InRunMode();
        var reports = builder.AddMySql("mysql").AddDatabase("reports").WithRdsIamAuth("reports_reader", ["SELECT"]);
        var api = builder.AddExecutable("api", "api", ".").WithReference(reports);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal("reports_reader", environment["REPORTS_USERNAME"]);
    }

    [Fact]
    public async Task A_consumer_may_reference_a_server_and_two_of_its_databases()
    {
        var builder = AppHostModel.InRunMode();
        var mysql = builder.AddMySql("mysql").WithRdsIamAuth("orders_app");
        var reports = mysql.AddDatabase("reports").WithRdsIamAuth("reports_reader", ["SELECT"]);
        var api = builder
            .AddExecutable("api", "api", ".")
            .WithReference(mysql.AddDatabase("orders", "shop"))
            .WithReference(reports)
            .WithReference(mysql);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Contains("User ID=orders_app;Database=shop;", environment["ConnectionStrings__orders"], StringComparison.Ordinal);
        Assert.Contains("User ID=reports_reader;Database=reports;", environment["ConnectionStrings__reports"], StringComparison.Ordinal);
        Assert.DoesNotContain("Database=", environment["ConnectionStrings__mysql"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_may_get_its_user_after_one_of_its_databases_has_got_another()
    {
        var builder = AppHostModel.InRunMode();
        var mysql = builder.AddMySql("mysql");
        mysql.AddDatabase("reports").WithRdsIamAuth("reports_reader");
        mysql.WithRdsIamAuth("orders_app");
        var api = builder.AddExecutable("api", "api", ".").WithReference(mysql);

        Assert.Equal("orders_app", (await AppHostModel.EnvironmentOfAsync(builder, api.Resource))["MYSQL_USERNAME"]);
    }

    [Fact]
    public void A_second_user_is_refused_under_the_name_that_the_AppHost_wrote()
    {
        var builder = AppHostModel.InRunMode();
        builder.Configuration["ConnectionStrings:old"] = "Server=a;Database=b";
        var mysql = builder.AddMySql("mysql").WithRdsIamAuth("orders_app");
        var old = builder.AddConnectionString("old").WithRdsIamAuth("old_app");

        Assert.StartsWith(
            "'mysql' logs in as 'orders_app' already.",
            Second(() => mysql.WithRdsIamAuth("other")),
            StringComparison.Ordinal);
        Assert.StartsWith("'old' logs in as 'old_app' already.", Second(() => old.WithRdsIamAuth("other")), StringComparison.Ordinal);

        static string Second(Action act) => Assert.Throws<DistributedApplicationException>(act).Message;
    }

    [Fact]
    public void MariaDB_is_refused_in_one_sentence_that_names_it()
    {
        var builder = AppHostModel.InRunMode();
        var maria = builder.AddContainer("db", "mariadb", "11").WithEndpoint(targetPort: 3306, name: "tcp");

        var error = Assert.Throws<ArgumentException>(() => maria.WithRdsIamAuth("orders_app"));

        Assert.StartsWith(
            "'db' runs mariadb, whose plugin interface is another than MySQL's: use a MySQL image",
            error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("mcr.microsoft.com/mssql/server")]
    [InlineData("library/mongo")]
    public void A_container_of_another_database_is_refused_in_one_sentence(string image)
    {
        var other = AppHostModel.InRunMode().AddContainer("db", image, "17").WithEndpoint(targetPort: 5432, name: "tcp");

        var error = Assert.Throws<ArgumentException>(() => other.WithRdsIamAuth("orders_app"));

        Assert.StartsWith($"'db' runs {image}, which is no MySQL: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_MySQL_image_in_a_folder_that_is_called_after_another_database_is_taken()
    {
        var mysql = AppHostModel.InRunMode().AddContainer("db", "example.com/postgres-tools/mysql", "8.4")
            .WithEndpoint(targetPort: 3306, name: "tcp")
            .WithEnvironment("MYSQL_ROOT_PASSWORD", "not used");

        Assert.Equal("db-rds", mysql.WithRdsIamAuth("orders_app").Resource.Name);
    }

    [Fact]
    public async Task A_container_made_by_hand_becomes_an_endpoint_that_databases_are_added_to()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddContainer("db", "mysql", "8.4")
            .WithEndpoint(targetPort: 3306, name: "tcp")
            .WithEnvironment("MYSQL_ROOT_PASSWORD", builder.AddParameter("db-password", "not used", secret: true))
            .WithRdsIamAuth("orders_app")
            .AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.StartsWith(
            "Server=localhost;Port=54321;User ID=orders_app;Database=orders;SslMode=VerifyFull;SslCa=",
            environment["ConnectionStrings__orders"],
            StringComparison.Ordinal);
        Assert.DoesNotContain(environment.Values, static v => v.Contains("not used", StringComparison.Ordinal));
    }

    [Fact]
    public void A_container_without_an_endpoint_for_MySQL_is_told_which_one_to_add()
    {
        var builder = AppHostModel.InRunMode();

        var error = Assert.Throws<ArgumentException>(() => builder.AddContainer("db", "mysql").WithRdsIamAuth("orders_app"));

        Assert.Contains(
            "call .WithEndpoint(targetPort: 3306, name: \"tcp\") on it before WithRdsIamAuth",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_still_holds_the_password_is_an_error_that_names_it()
    {
        var builder = AppHostModel.InRunMode();
        var mysql = builder.AddMySql("mysql").WithRdsIamAuth("orders_app");
        var api =
            builder.AddExecutable("api", "api", ".").WithReference(mysql).WithEnvironment("DB_SECRET", mysql.Resource.PasswordParameter);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => AppHostModel.EnvironmentOfAsync(builder, api.Resource));

        Assert.Contains("'DB_SECRET'", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Published_AddMySql_is_an_RDS_endpoint_and_no_container()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddMySql("mysql").WithRdsIamAuth("orders_app").AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal("{orders.connectionString}", environment["ConnectionStrings__orders"]);
        Assert.Equal("{mysql-rds-host.value}", environment["ORDERS_HOST"]);
        Assert.DoesNotContain(builder.Resources, static r => r is MySqlServerResource or MySqlDatabaseResource);
        var published = Assert.Single(builder.Resources.OfType<RdsMySqlDatabaseResource>());
        Assert.Equal(
            "Server={mysql-rds-host.value};Port=3306;User ID=orders_app;Database=orders;SslMode=VerifyFull",
            published.ConnectionStringExpression.ValueExpression);
    }

    [Fact]
    public async Task Whoever_waits_for_the_database_waits_for_an_IAM_login()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddMySql("mysql").WithRdsIamAuth("orders_app").AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders).WaitFor(orders);

        await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Contains(
            api.Resource.Annotations.OfType<WaitAnnotation>(),
            static w => w.Resource.Name == "mysql-rds" && w.WaitType == WaitType.WaitUntilHealthy);
    }

    [Fact]
    public async Task A_connection_string_gives_its_place_and_neither_user_nor_password()
    {
        var builder = AppHostModel.InRunMode();
        builder.Configuration["ConnectionStrings:orders"] =
            "Server=orders.abcdefghijkl.eu-west-1.rds.amazonaws.com;Port=3307;Database=shop;User ID=admin;Password=hunter2";
        var orders = builder.AddConnectionString("orders").WithRdsIamAuth("orders_app");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal(
            "Server=orders.abcdefghijkl.eu-west-1.rds.amazonaws.com;Port=3307;User ID=orders_app;Database=shop;SslMode=VerifyFull",
            environment["ConnectionStrings__orders"]);
        Assert.Equal("orders_app", environment["ORDERS_USERNAME"]);
        Assert.DoesNotContain(
            environment.Values,
            static v => v.Contains("hunter2", StringComparison.Ordinal) || v.Contains("admin", StringComparison.Ordinal));
        Assert.DoesNotContain(environment.Keys, static k => k.StartsWith("AWS_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_published_connection_string_is_parameters_and_no_secret()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddConnectionString("orders").WithRdsIamAuth("orders_app");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.Equal("{orders.connectionString}", environment["ConnectionStrings__orders"]);
        var published = Assert.Single(builder.Resources.OfType<RdsMySqlDatabaseResource>());
        Assert.Equal(
            "Server={orders-rds-host.value};Port=3306;User ID=orders_app;Database={orders-rds-database.value};SslMode=VerifyFull",
            published.ConnectionStringExpression.ValueExpression);
        Assert.DoesNotContain(builder.Resources.OfType<ParameterResource>(), static p => p.Secret);
    }

    [Theory]
    [InlineData("server=a;port=1", ConnectionStringPart.Host, "a")]
    [InlineData("Data Source=b", ConnectionStringPart.Host, "b")]
    [InlineData("Host=c", ConnectionStringPart.Port, "3306")]
    [InlineData("Host=c;Initial Catalog='d e'", ConnectionStringPart.Database, "d e")]
    [InlineData("Host=c", ConnectionStringPart.Database, null)]
    public void Parts_are_read_under_every_name_that_drivers_give_them(string connectionString, string part, string? expected) =>
        Assert.Equal(expected, ConnectionStringPart.Read(connectionString, part));

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_not_quoted()
    {
        var error = Assert.Throws<DistributedApplicationException>(
            () => ConnectionStringPart.Read("Password=hunter2;nonsense", ConnectionStringPart.Host));

        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_with_privileges_to_a_database_of_AddMySql_has_a_user_of_its_own_and_waits_for_the_login()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddMySql("mysql").WithRdsIamAuth("orders_app").AddDatabase("orders", "shop");
        var report = builder.AddExecutable("orders-report", "report", ".").WithReference(orders, ["SELECT"]).WaitFor(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, report.Resource);

        Assert.StartsWith(
            "Server=localhost;Port=54321;User ID=orders_report;Database=shop;SslMode=VerifyFull;SslCa=",
            environment["ConnectionStrings__orders"],
            StringComparison.Ordinal);
        Assert.Equal("orders_report", environment["ORDERS_USERNAME"]);
        Assert.Contains("AWS_ACCESS_KEY_ID", environment.Keys);
        Assert.DoesNotContain("ORDERS_PASSWORD", environment.Keys);
        var server = builder.Resources.OfType<RdsMySqlResource>().Single();
        Assert.Equal(
            [("orders_app", "shop", ""), ("orders_report", "shop", "SELECT")],
            LocalUsers.Of(server).Select(
                static u => (u.User, string.Join(',', u.Databases), string.Join(',', u.Privileges))));
        Assert.Contains(report.Resource.Annotations.OfType<WaitAnnotation>(), w => w.Resource == server);
    }

    [Fact]
    public async Task A_reference_with_privileges_to_a_connection_string_has_a_user_of_its_own()
    {
        var builder = AppHostModel.InRunMode();
        builder.Configuration["ConnectionStrings:old"] = "Server=db.example;Database=shop;User ID=root;Password=hidden";
        var old = builder.AddConnectionString("old").WithRdsIamAuth("old_app");
        var report = builder.AddExecutable("report", "report", ".").WithReference(old, ["SELECT"]);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, report.Resource);

        Assert.Equal(
            "Server=db.example;Port=3306;User ID=report;Database=shop;SslMode=VerifyFull", environment["ConnectionStrings__old"]);
        Assert.DoesNotContain(environment.Values, static v => v.Contains("hidden", StringComparison.Ordinal));
    }
}
