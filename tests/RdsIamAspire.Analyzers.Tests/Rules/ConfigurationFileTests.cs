using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Rules;

/// <summary>RDSIAM011 and RDSIAM012: what is found in configuration files, where, and what a fix leaves.</summary>
public sealed class ConfigurationFileTests
{
    [Theory]
    [InlineData(
        "appsettings.json",
        """{ "ConnectionStrings": { "Default": "Server=db;Uid=root;Pwd=x1;SslMode=VerifyFull" } }""",
        "Pwd=x1;")]
    [InlineData("appsettings.Development.json",
        "{ // why\n \"ConnectionStrings\": { /* b */ \"Default\": \"Server=db;Uid=root;Pwd=x1;SslMode=VerifyFull\", }, }", "Pwd=x1;")]
    [InlineData(
        "appsettings.json",
        """{ "A": [ 1, true, null, "x", { "B": "Server=db;Uid=root;\u0050wd=x1;SslMode=VerifyFull" } ] }""",
        "\\u0050wd=x1;")]
    [InlineData("appsettings.json", """{ "A": "Server=db;Uid=root;Pwd=\"x;1\";SslMode=VerifyFull" }""", "Pwd=\\\"x;1\\\";")]
    [InlineData("appsettings.json", """{ "MySql": { "Host": "db", "Password": "x1" } }""", "x1")]
    [InlineData(
        "Properties/launchSettings.json",
        """{ "profiles": { "api": { "environmentVariables": { "ConnectionStrings__orders": "Server=db;Uid=root;Pwd=x1;SslMode=VerifyFull" } } } }""",
        "Pwd=x1;")]
    [InlineData("Properties/launchSettings.json", """{ "profiles": { "api": { "environmentVariables": { "MYSQL_PWD": "x1" } } } }""", "x1")]
    [InlineData(".env", "# local\nConnectionStrings__Default=\"Server=db;Uid=root;Pwd=x1;SslMode=VerifyFull\" # b\n", "Pwd=x1;")]
    [InlineData(".env.development", "export MYSQL_ROOT_PASSWORD=x1\n", "x1")]
    [InlineData(".env", "MYSQL_PASSWORD='x1'", "x1")]
    [InlineData(".env", "DATABASE_URL=mysql://root:x1@db:3306/shop", "x1")]
    [InlineData("docker-compose.yml", "services:\n  db:\n    image: mysql\n    environment:\n      MYSQL_ROOT_PASSWORD: x1 # local\n",
        "x1")]
    [InlineData("docker-compose.yml", "services:\n  db:\n    environment:\n      - MYSQL_ROOT_PASSWORD=x1\n", "x1")]
    [InlineData("compose.yaml",
        "services:\n  api:\n    environment:\n      - \"ConnectionStrings__Default=Server=db;Uid=root;Pwd=x1;SslMode=VerifyFull\"\n",
        "Pwd=x1;")]
    [InlineData("compose.yaml",
        "services:\n  api:\n    environment:\n      ConnectionStrings__Default: Server=db;Uid=root;Pwd=x1;SslMode=VerifyFull\n", "Pwd=x1;")]
    [InlineData("web.config",
        "<configuration><connectionStrings><add name=\"a\" providerName=\"MySql.Data.MySqlClient\" connectionString=\"server=db;database=s;user id=app;password=x1;sslmode=VerifyFull\"/></connectionStrings></configuration>", "password=x1;")]
    [InlineData("App.config",
        "<configuration><appSettings><add key=\"cs\" value=\"server=db;uid=root;pwd=&quot;x1&quot;;sslmode=VerifyFull\"/></appSettings></configuration>", "pwd=&quot;x1&quot;;")]
    [InlineData("app.config", "<setting name=\"cs\"><value>server=db;uid=root;pwd=x1;sslmode=VerifyFull</value></setting>", "pwd=x1;")]
    public async Task A_password_is_found_where_it_stands(string path, string text, string at)
    {
        var found = await FindAsync(path, text);

        Assert.Equal([("RDSIAM011", at)], found);
    }

    [Fact]
    public async Task Each_file_is_reported_for_what_it_holds_and_for_nothing_else()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Files", "ConfigurationFiles.txt"))
            .Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Replace("⏎", "\n", StringComparison.Ordinal).Split('|', 3);
            var found = await FindAsync(parts[1], parts[2]);
            var ids = found.Length == 0 ? "-"
                : string.Join(",", found.Select(each => each.Id["RDSIAM".Length..]).Order(StringComparer.Ordinal));
            if (ids != parts[0])
                wrong.Add($"{line}\n    reported: {string.Join(", ", found)}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Theory]
    [InlineData("appsettings.json", """{ "ConnectionStrings": { "Default": "Server=db;Uid=app;SslMode=VerifyFull" } }""")]
    [InlineData("appsettings.json", """{ "ConnectionStrings": { "Default": "Server=db;Uid=app;Pwd=;SslMode=VerifyFull" } }""")]
    [InlineData(
        "appsettings.json",
        """{ "ConnectionStrings": { "Default": "Server=db;Uid=app;Pwd=${DB_PASSWORD};SslMode=VerifyFull" } }""")]
    [InlineData(
        "appsettings.json",
        """{ "ConnectionStrings": { "Default": "Server=db;Uid=app;Pwd=#{DbPassword}#;SslMode=VerifyFull" } }""")]
    [InlineData("appsettings.json", """{ "ConnectionStrings": { "SqlServer": "Server=db;Database=shop;User Id=app;Password=x1" } }""")]
    [InlineData(
        "appsettings.json",
        """{ "ConnectionStrings": { "Default": "Server=(localdb)\\mssqllocaldb;Database=shop;User Id=app;Password=x1" } }""")]
    [InlineData("appsettings.json", """{ "ConnectionStrings": { "Default": "Host=db;Port=5432;Username=app;Password=x1" } }""")]
    [InlineData("appsettings.json", """{ "Smtp": { "Host": "mail", "Password": "x1" }, "Redis": "db:6379,password=x1" }""")]
    [InlineData("appsettings.json", """// { "A": "Server=db;Uid=root;Pwd=x1" }""")]
    [InlineData("appsettings.json", """{ "A": "Server=db;Uid=root;Pwd=x1""")]
    [InlineData("package.json", """{ "A": "Server=db;Uid=root;Pwd=x1" }""")]
    [InlineData(".env", "# MYSQL_PWD=x1\nMYSQL_PASSWORD=\nMYSQL_ROOT_PASSWORD=${SECRET}\nPOSTGRES_PASSWORD=x1\nMYSQL_DATABASE=shop\n")]
    [InlineData("docker-compose.yml",
        "services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: ${ROOT}\n      MYSQL_ALLOW_EMPTY_PASSWORD: \"yes\"\n      MYSQL_ROOT_PASSWORD_FILE: /run/secrets/root\n      # MYSQL_PWD: x1\n")]
    [InlineData("web.config",
        "<configuration><!-- <add connectionString=\"server=db;uid=root;pwd=x1\"/> --><add name=\"a\" providerName=\"System.Data.SqlClient\" connectionString=\"server=db;database=s;user id=app;password=x1\"/></configuration>")]
    public async Task A_file_without_a_MySQL_password_is_silent(string path, string text)
    {
        // A string that breaks off in the middle is still found: a half-written file is the one that the editor shows.
        var found = await FindAsync(path, text);

        Assert.DoesNotContain(found, each => each.Id == "RDSIAM011" && !text.EndsWith("Pwd=x1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Server=db.example.com;Uid=app;Database=shop", "Server=db.example.com;")]
    [InlineData("Server=db.example.com;Uid=app;SslMode=None", "SslMode=None")]
    [InlineData("Server=db.example.com;Uid=app;SslMode=Required;Port=3306", "SslMode=Required;")]
    public async Task Weak_TLS_is_found(string connectionString, string at)
    {
        var found = await FindAsync("appsettings.json", $$"""{ "ConnectionStrings": { "Default": "{{connectionString}}" } }""");

        Assert.Equal([("RDSIAM012", at)], found);
    }

    [Theory]
    [InlineData("RDSIAM011", "appsettings.json", "{ \"A\": \"Server=db;Uid=root;Pwd=x1;SslMode=VerifyFull\" } // kept",
        "{ \"A\": \"Server=db;Uid=root;SslMode=VerifyFull\" } // kept")]
    [InlineData("RDSIAM011", "appsettings.json", "{\n  \"MySql\": {\n    \"Password\": \"x1\",\n    \"Host\": \"db\"\n  }\n}",
        "{\n  \"MySql\": {\n    \"Host\": \"db\"\n  }\n}")]
    [InlineData("RDSIAM011", "appsettings.json", "{ \"MySql\": { \"Host\": \"db\", \"Password\": \"x1\" } }",
        "{ \"MySql\": { \"Host\": \"db\" } }")]
    [InlineData("RDSIAM011", ".env", "A=1\nMYSQL_PWD=x1\nB=2\n", "A=1\nB=2\n")]
    [InlineData("RDSIAM011", ".env", "DATABASE_URL=mysql://root:x1@db/shop\n", "DATABASE_URL=mysql://root@db/shop\n")]
    [InlineData("RDSIAM011", "docker-compose.yml",
        "services:\n  db:\n    environment:\n      MYSQL_PASSWORD: x1\n      MYSQL_DATABASE: shop\n",
        "services:\n  db:\n    environment:\n      MYSQL_DATABASE: shop\n")]
    [InlineData("RDSIAM011", "web.config", "<add connectionString=\"server=db;uid=root;pwd=x1;sslmode=VerifyFull\"/>",
        "<add connectionString=\"server=db;uid=root;sslmode=VerifyFull\"/>")]
    [InlineData("RDSIAM011", "compose.yml", "services:\n  db:\n    environment: { MYSQL_PASSWORD: x1, MYSQL_USER: u }\n",
        "services:\n  db:\n    environment: { MYSQL_USER: u }\n")]
    [InlineData("RDSIAM011", "compose.yml", "services:\n  db:\n    environment: [\"A=b\", \"MYSQL_PASSWORD=x1\"]\n",
        "services:\n  db:\n    environment: [\"A=b\"]\n")]
    [InlineData("RDSIAM011", "compose.yml",
        "services:\r\n  api:\r\n    environment:\r\n      CS: |\r\n        Server=db;Port=3306;\r\n        Pwd=x1;\r\n        SslMode=VerifyFull\r\n", "services:\r\n  api:\r\n    environment:\r\n      CS: |\r\n        Server=db;Port=3306;\r\n        SslMode=VerifyFull\r\n")]
    [InlineData("RDSIAM011", "compose.yml",
        "services:\n  api:\n    environment:\n      CS: Server=db;Port=3306;Pwd=${PW:-x1};SslMode=VerifyFull\n",
        "services:\n  api:\n    environment:\n      CS: Server=db;Port=3306;SslMode=VerifyFull\n")]
    [InlineData("RDSIAM011", "compose.yml", "services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: |\n        x1\n      A: b\n",
        "services:\n  db:\n    environment:\n      A: b\n")]
    [InlineData("RDSIAM011", ".env", "\uFEFFA=1\r\n\tMYSQL_PWD=x1\r\nB=2\r\n", "\uFEFFA=1\r\nB=2\r\n")]
    [InlineData("RDSIAM011", "appsettings.json", "{ \"A\": \"jdbc:mysql://db/s?user=a&password=x1\" }",
        "{ \"A\": \"jdbc:mysql://db/s?user=a\" }")]
    [InlineData("RDSIAM011", "web.config", "<add value=\"server=db;uid=root;pwd=&quot;a;b&quot;;sslmode=VerifyFull\"/>",
        "<add value=\"server=db;uid=root;sslmode=VerifyFull\"/>")]
    [InlineData("RDSIAM012", "appsettings.json", "{ \"A\": \"Server=db;Uid=root;SslMode=None;Port=3306\" }",
        "{ \"A\": \"Server=db;Uid=root;SslMode=VerifyFull;Port=3306\" }")]
    [InlineData("RDSIAM012", "appsettings.json", "{ \"A\": \"Server=db;Uid=root;Port=3306\" }",
        "{ \"A\": \"Server=db;SslMode=VerifyFull;Uid=root;Port=3306\" }")]
    [InlineData("RDSIAM012", "appsettings.json", "{ \"A\": \"Uid=root;Port=3306;Server=db\" }",
        "{ \"A\": \"Uid=root;Port=3306;Server=db;SslMode=VerifyFull\" }")]
    public async Task A_fix_leaves_the_rest_of_the_file_as_it_was(string rule, string path, string before, string after)
    {
        Assert.Equal(after, await Fixing.ApplyToFileAsync(path, before, rule));
    }

    private static async Task<(string Id, string Text)[]> FindAsync(string path, string text)
    {
        var diagnostics = await Analysis.RunAsync(Analysis.Compile("", Analysis.MySqlConnector), options: null, (path, text));
        return [.. diagnostics.Select(each => (each.Id, text.Substring(each.Location.SourceSpan.Start, each.Location.SourceSpan.Length)))];
    }
}
