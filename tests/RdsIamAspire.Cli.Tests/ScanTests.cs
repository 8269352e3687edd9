using System.Text.Json;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam scan</c> over a folder as it stands in a repository: nothing restored, nothing built.</summary>
public sealed class ScanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-scan-").FullName;

    private static readonly string[] PasswordRules = ["RDSIAM001", "RDSIAM002", "RDSIAM011"];

    private const string Builder =
        "Class Db\n    Private b As New MySqlConnectionStringBuilder With {.Password = \"n0t-shown\"}\nEnd Class";

    // One of each kind that the page names, each with one password, n0t-shown.
    public static readonly TheoryData<string, string> Kinds = new()
    {
        { "Db.cs", "class Db { string cs = \"Server=db1;Uid=app;Pwd=n0t-shown;Database=shop\"; }" },
        { "Db.vb", "Class Db\n    Private cs As String = \"Server=db1;Uid=app;Pwd=n0t-shown;Database=shop\"\nEnd Class" },
        // Below no project the import says which driver it is.
        { "Oracles.vb", "Imports MySql.Data.MySqlClient\n" + Builder },
        { "MySqlConnectors.vb", "Imports MySqlConnector\n" + Builder },
        { "appsettings.json", """{ "ConnectionStrings": { "Shop": "Server=db1;Port=3306;Uid=app;Pwd=n0t-shown" } }""" },
        { "Dockerfile", "FROM scratch\nENV MYSQL_ROOT_PASSWORD=n0t-shown\n" },
        { ".github/workflows/ci.yml", "jobs:\n  test:\n    env:\n      MYSQL_ROOT_PASSWORD: n0t-shown\n" },
        { "k8s/secret.yaml", "kind: Secret\nstringData:\n  MYSQL_ROOT_PASSWORD: n0t-shown\n" },
        { "infra/main.tf", "locals {\n  MYSQL_ROOT_PASSWORD = \"n0t-shown\"\n}\n" },
        { "compose.yaml", "services:\n  db:\n    environment:\n      - MYSQL_ROOT_PASSWORD=n0t-shown\n" },
        { "chart/values.yaml", "mysql:\n  auth:\n    rootPassword: n0t-shown\n" },
        { ".env", "MYSQL_PASSWORD=n0t-shown\n" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_password_in_each_kind_of_file_is_found_and_not_shown(string path, string text)
    {
        Write(path, text);

        var result = await Tool.RunAsync("scan", _folder);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Output.Split('\n'), line => line.StartsWith($"{path}(", StringComparison.Ordinal)
            && PasswordRules.Any(rule => line.Contains(rule, StringComparison.Ordinal)));
        Assert.DoesNotContain("n0t-shown", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loose_sources_may_have_both_drivers()
    {
        Write("Oracles.vb", "Imports MySql.Data.MySqlClient\n" + Builder);
        Write("MySqlConnectors.vb", "Imports MySqlConnector\n" + Builder.Replace("Class Db", "Class Other", StringComparison.Ordinal));

        var result = await Tool.RunAsync("scan", _folder);

        Assert.Contains("Oracles.vb(3,", result.Output, StringComparison.Ordinal);
        Assert.Contains("MySqlConnectors.vb(3,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_nothing_in_it_ends_with_0()
    {
        Write("Db.cs", "class Db { string Of(string password) => $\"Server=db1;Uid=app;Pwd={password};SslMode=VerifyFull\"; }");
        Write("bin/Debug/appsettings.json", """{ "MySql": { "Password": "n0t-shown" } }""");
        Write("node_modules/x/.env", "MYSQL_PASSWORD=n0t-shown");

        var result = await Tool.RunAsync("scan", _folder);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Equal(["nothing found (1 source files and 0 configuration files)"], result.Said);
    }

    [Fact]
    public async Task What_a_project_refers_to_says_whose_a_string_is()
    {
        const string Source = "class Db { string cs = \"Server=db1;Database=shop;User Id=app;Password=n0t-shown\"; }";
        Write("A/A.csproj", "<Project><ItemGroup><PackageReference Include=\"Microsoft.Data.SqlClient\" /></ItemGroup></Project>");
        Write("A/Db.cs", Source);
        Write("B/B.csproj", "<Project><ItemGroup><ProjectReference Include=\"..\\C\\C.csproj\" /></ItemGroup></Project>");
        Write("B/Db.cs", Source);
        Write("C/Db.vb", "Class Db\n    Private cs As String = \"Server=db1;Database=shop;User Id=app;Password=n0t-shown\"\nEnd Class");
        Write("C/C.csproj", "<Project><ItemGroup><PackageReference Include=\"MySql.Data\" /></ItemGroup></Project>");

        var result = await Tool.RunAsync("scan", _folder);

        Assert.DoesNotContain("A/Db.cs", result.Output, StringComparison.Ordinal);
        Assert.Contains("B/Db.cs(1,", result.Output, StringComparison.Ordinal);
        Assert.Contains("C/Db.vb(2,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_options_severities_and_pragmas_of_a_build_hold()
    {
        Write(".editorconfig", "root = true\n[*.cs]\nrds_iam.minimum_ssl_mode = None\n[appsettings.json]\n"
            + "dotnet_diagnostic.RDSIAM011.severity = none\ndotnet_diagnostic.RDSIAM012.severity = suggestion\n");
        Write("A.cs", "class A { string cs = \"Server=db1;Uid=app;SslMode=None\"; }");
        Write("B.cs", "class B {\n#pragma warning disable RDSIAM001, RDSIAM003\nstring cs = \"Server=db1;Uid=app;Pwd=n0t-shown\"; }");
        Write("C.cs", "// <auto-generated/>\nclass C { string cs = \"Server=db1;Uid=app;Pwd=n0t-shown\"; }");
        Write("appsettings.json", """{ "ConnectionStrings": { "Shop": "Server=db1;Port=3306;Uid=app;Pwd=n0t-shown" } }""");

        var result = await Tool.RunAsync("scan", _folder);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(".cs(", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("appsettings.json(1,", result.Output, StringComparison.Ordinal);
        Assert.Contains("note RDSIAM012", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("RDSIAM011", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_lets_what_is_known_pass_when_lines_move_and_fails_on_what_is_new()
    {
        var baseline = Path.Combine(_folder, ".baseline.json");
        Write("Db.cs", "class Db { string cs = \"Server=db1;Uid=app;Pwd=n0t-shown;SslMode=VerifyFull\"; }");

        var written = await Tool.RunAsync("scan", _folder, "--baseline", baseline, "--update-baseline");
        Write("Db.cs", "// moved\n\nclass Db { string cs = \"Server=db1;Uid=app;Pwd=n0t-shown-either;SslMode=VerifyFull\"; }");
        var known = await Tool.RunAsync("scan", _folder, "--baseline", baseline);
        Write("New.cs", "class New { string cs = \"Server=db1;Uid=app;Pwd=n0t-shown;SslMode=VerifyFull\"; }");
        var added = await Tool.RunAsync("scan", _folder, "--baseline", baseline);
        File.Delete(Path.Combine(_folder, "Db.cs"));
        var gone = await Tool.RunAsync("scan", _folder, "--baseline", baseline);

        Assert.Equal((0, 0, 1), (written.ExitCode, known.ExitCode, added.ExitCode));
        Assert.Equal("", known.Output);
        Assert.Contains("1 more in the baseline", known.Error, StringComparison.Ordinal);
        Assert.StartsWith("New.cs(1,", added.Output, StringComparison.Ordinal);
        Assert.Single(added.Output.Trim().Split('\n'));
        Assert.Contains("1 of the baseline is gone", gone.Error, StringComparison.Ordinal);
        var kept = await File.ReadAllTextAsync(baseline, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("n0t-shown", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SARIF_has_rules_places_and_states_and_no_secret()
    {
        var (sarif, baseline) = (Path.Combine(_folder, "scan.sarif"), Path.Combine(_folder, ".baseline.json"));
        Write("a b/Db.cs", "class Db { string cs = \"Server=db1;Uid=app;Pwd=n0t-shown;SslMode=VerifyFull\"; }");
        await Tool.RunAsync("scan", _folder, "--baseline", baseline, "--update-baseline");
        Write("compose.yaml", "services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: n0t-shown\n");

        var result = await Tool.RunAsync("scan", _folder, "--sarif", sarif, "--baseline", baseline);

        var text = await File.ReadAllTextAsync(sarif, TestContext.Current.CancellationToken);
        using var log = JsonDocument.Parse(text);
        var run = log.RootElement.GetProperty("runs")[0];
        var results = run.GetProperty("results").EnumerateArray().ToArray();
        var place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("2.1.0", log.RootElement.GetProperty("version").GetString());
        Assert.Equal(["RDSIAM001", "RDSIAM011"], run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()
            .Select(each => each.GetProperty("id").GetString()));
        Assert.Equal(["unchanged", "new"], results.Select(each => each.GetProperty("baselineState").GetString()));
        Assert.Equal("a%20b/Db.cs", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(1, place.GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.DoesNotContain("n0t-shown", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_lists_what_was_found()
    {
        Write("compose.yaml", "services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: n0t-shown\n");

        var result = await Tool.RunAsync("scan", _folder, "--json");

        using var json = JsonDocument.Parse(result.Output);
        var finding = json.RootElement.GetProperty("findings")[0];
        Assert.Equal("RDSIAM011", finding.GetProperty("rule").GetString());
        Assert.Equal(("compose.yaml", 4, 28), (finding.GetProperty("path").GetString(), finding.GetProperty("line").GetInt32(),
            finding.GetProperty("column").GetInt32()));
        Assert.DoesNotContain("n0t-shown", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Excluded_paths_are_left_out()
    {
        Write("tests/.env", "MYSQL_PASSWORD=n0t-shown\n");
        Write("src/.env", "MYSQL_PASSWORD=n0t-shown\n");

        var result = await Tool.RunAsync("scan", _folder, "--exclude", "tests");

        Assert.StartsWith("src/.env(1,", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("tests/", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "folder 'no-such-folder' does not exist", "no-such-folder")]
    [InlineData(2, "--update-baseline wants --baseline FILE: which file to write", ".", "--update-baseline")]
    public async Task A_wrong_command_line_says_so(int exitCode, string said, params string[] arguments)
    {
        var result = await Tool.RunAsync(["scan", .. arguments]);

        Assert.Equal((exitCode, said), (result.ExitCode, result.Said[0]));
    }

    [Fact]
    public async Task A_file_that_is_no_baseline_is_said_to_be_none()
    {
        Write("baseline.json", "[]");

        var result = await Tool.RunAsync("scan", _folder, "--baseline", Path.Combine(_folder, "baseline.json"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is no baseline of rds-iam scan", result.Said[0], StringComparison.Ordinal);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
