namespace RdsIamAspire.Tests.Grants;

public sealed class RdsGrantScriptTests
{
    [Fact]
    public void The_script_creates_the_user_asks_for_TLS_and_grants() => Assert.Equal("""
        CREATE USER `orders_app`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
        ALTER USER `orders_app`@`%` REQUIRE SSL;
        GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `orders`.* TO `orders_app`@`%`;

        """.ReplaceLineEndings("\n"), RdsGrantScript.Create("orders_app", "orders"));

    [Fact]
    public void Without_a_database_nothing_is_granted() =>
        Assert.DoesNotContain("GRANT", RdsGrantScript.Create("orders_app", null), StringComparison.Ordinal);

    [Theory]
    [InlineData("o'brien", "`o'brien`@`%`")]
    [InlineData("a\"b", "`a\"b`@`%`")]
    [InlineData("a\\b", "`a\\b`@`%`")]
    [InlineData("a`b", "`a``b`@`%`")]
    [InlineData("a`@`%`; DROP DATABASE x; --", "`a``@``%``; DROP DATABASE x; --`@`%`")]
    [InlineData("пользователь", "`пользователь`@`%`")]
    public void A_user_name_cannot_end_its_quotes(string user, string account) =>
        Assert.StartsWith($"CREATE USER {account} IDENTIFIED", RdsGrantScript.Create(user, null), StringComparison.Ordinal);

    [Theory]
    [InlineData("orders", "`orders`")]
    [InlineData("orders_db", "`orders\\_db`")]
    [InlineData("100%", "`100\\%`")]
    [InlineData("a\\b", "`a\\\\b`")]
    [InlineData("a`b", "`a``b`")]
    public void The_wildcards_of_a_database_name_are_escaped_in_a_grant(string database, string pattern) =>
        Assert.Contains($" ON {pattern}.* TO ", RdsGrantScript.Create("app", database), StringComparison.Ordinal);

    [Fact]
    public void Host_databases_and_privileges_can_be_chosen()
    {
        var statements = RdsGrantScript.CreateStatements(new RdsGrantRequest("app")
        {
            Host = "10.0.%",
            Databases = ["orders", "stock"],
            Privileges = ["select", " show  view ", "SELECT"],
            IfNotExists = true,
        });

        Assert.Equal(
            [
                "CREATE USER IF NOT EXISTS `app`@`10.0.%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'",
                "ALTER USER `app`@`10.0.%` REQUIRE SSL",
                "GRANT SELECT, SHOW VIEW ON `orders`.* TO `app`@`10.0.%`",
                "GRANT SELECT, SHOW VIEW ON `stock`.* TO `app`@`10.0.%`",
            ],
            statements);
    }

    [Fact]
    public void All_is_all_privileges() =>
        Assert.Contains("GRANT ALL PRIVILEGES ON", RdsGrantScript.Create("app", "orders", "SELECT", "all"), StringComparison.Ordinal);

    [Theory]
    [InlineData("SUPER")]
    [InlineData("FILE")]
    [InlineData("GRANT OPTION")]
    [InlineData("SELECT ON *.* TO x; DROP USER y; --")]
    [InlineData("")]
    public void A_privilege_that_does_not_fit_a_database_is_refused(string privilege) =>
        Assert.StartsWith($"'{privilege}' is not a privilege that can be granted on a database. Those are: ALL PRIVILEGES, ALTER,",
            Assert.Throws<ArgumentException>(() => RdsGrantScript.Create("app", "orders", privilege)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_that_MySQL_would_refuse_are_refused()
    {
        Assert.Contains(
            "1 to 32 characters",
            Assert.Throws<ArgumentException>(() => RdsGrantScript.Create(new string('u', 33), null)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "1 to 32 characters",
            Assert.Throws<ArgumentException>(() => RdsGrantScript.Create("", null)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "1 to 64 characters",
            Assert.Throws<ArgumentException>(() => RdsGrantScript.Create("app", new string('d', 65))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "1 to 64 characters",
            Assert.Throws<ArgumentException>(() => RdsGrantScript.Create("app", "")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql")]
    [InlineData("MySQL")]
    [InlineData("sys")]
    [InlineData("information_schema")]
    [InlineData("performance_schema")]
    public void Privileges_on_the_servers_own_databases_are_refused(string database)
    {
        Assert.True(RdsGrantRequest.IsSystemDatabase(database));
        Assert.StartsWith(
            $"'{database}' is the server's own database",
            Assert.Throws<ArgumentException>(() => RdsGrantScript.Create("app", database)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_existing_user_is_altered_on_purpose_only_and_looked_at_before_and_after()
    {
        var lines = RdsGrantScript.Create(new RdsGrantRequest("orders_app") { AlterExisting = true }).Split('\n');

        Assert.StartsWith("SET @rds_iam_guard = IF(EXISTS (", lines[0], StringComparison.Ordinal);
        Assert.Equal("CREATE USER IF NOT EXISTS `orders_app`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';", lines[4]);
        Assert.Equal("ALTER USER `orders_app`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;", lines[5]);
        Assert.StartsWith("SELECT CONCAT(", lines[6], StringComparison.Ordinal);
        Assert.DoesNotContain(
            "ALTER USER `orders_app`@`%` IDENTIFIED",
            RdsGrantScript.Create(new RdsGrantRequest("orders_app") { IfNotExists = true }),
            StringComparison.Ordinal);
    }
}
