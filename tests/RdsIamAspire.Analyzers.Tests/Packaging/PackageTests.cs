using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RdsIamAspire.Analyzers.Tests.Packaging;

/// <summary>The package, packed and built against for real.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-analyzers-").FullName;

    // One of each kind that the targets hand over, in the letter cases that people write.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["docker-compose.yml"] = "services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: n0t-shown\n",
        ["stack.yaml"] = "services:\n  db:\n    environment:\n      MYSQL_ROOT_PASSWORD: n0t-shown\n",
        ["AppSettings.Local.json"] = """{ "MySql": { "Password": "n0t-shown" } }""",
        ["database.json"] = """{ "MySql": { "Password": "n0t-shown" } }""",
        ["connectionStrings.config"] =
            "<connectionStrings><add name=\"a\" connectionString=\"Server=db;Port=3306;Uid=u;Pwd=n0t-shown\"/></connectionStrings>",
        ["quartz.config"] = "quartz.dataSource.ds.connectionString = Server=db;Port=3306;Uid=u;Pwd=n0t-shown\n",
        ["NLog.config"] = "<nlog><target connectionString=\"Server=db;Port=3306;Uid=u;Pwd=n0t-shown\"/></nlog>",
        ["test.runsettings"] =
            "<RunSettings><ConnectionStrings__Shop>Server=db;Port=3306;Uid=u;Pwd=n0t-shown</ConnectionStrings__Shop></RunSettings>",
        ["Dockerfile"] = "FROM scratch\nENV MYSQL_ROOT_PASSWORD=n0t-shown\n",
    };

    [Fact]
    public async Task A_project_that_references_the_package_sees_the_warnings_in_code_and_in_configuration_files()
    {
        await PackAsync();
        WriteSample(properties: "");

        var output = await Dotnet.RunAsync(_folder, "build", "Sample.csproj", "--nologo");

        Assert.Contains("Program.cs(1,46): warning RDSIAM001", output, StringComparison.Ordinal);
        Assert.Contains("warning RDSIAM003", output, StringComparison.Ordinal);
        Assert.Contains("appsettings.json(", output, StringComparison.Ordinal);
        Assert.Contains(".env(1,21): warning RDSIAM011", output, StringComparison.Ordinal);
        foreach (var file in Others.Keys)
            Assert.Contains($"{file}(", output, StringComparison.Ordinal);
        Assert.Contains("docs/rules/RDSIAM001.md", output, StringComparison.Ordinal);
        Assert.DoesNotContain("AD0001", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS8032", output, StringComparison.Ordinal);
        Assert.DoesNotContain("n0t-shown", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_property_that_opts_out_leaves_configuration_files_alone()
    {
        await PackAsync();
        WriteSample("<RdsIamAspireAnalyzeConfigurationFiles>false</RdsIamAspireAnalyzeConfigurationFiles>");

        var output = await Dotnet.RunAsync(_folder, "build", "Sample.csproj", "--nologo");

        Assert.Contains("warning RDSIAM001", output, StringComparison.Ordinal);
        Assert.DoesNotContain("RDSIAM011", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_of_Visual_Basic_sees_them_too()
    {
        await PackAsync();
        WriteSample(properties: "");
        File.Move(Path.Combine(_folder, "Sample.csproj"), Path.Combine(_folder, "Sample.vbproj"));
        File.Delete(Path.Combine(_folder, "Program.cs"));
        Write("Program.vb", """
            Module Program
                Sub Main()
                    Console.WriteLine($"Server={Environment.MachineName};Uid=root;" & "Pwd=n0t-shown;Database=shop")
                End Sub
            End Module
            """);

        var output = await Dotnet.RunAsync(_folder, "build", "Sample.vbproj", "--nologo");

        Assert.Contains("Program.vb(3,", output, StringComparison.Ordinal);
        Assert.Contains("warning RDSIAM001", output, StringComparison.Ordinal);
        Assert.Contains(".env(1,21): warning RDSIAM011", output, StringComparison.Ordinal);
        Assert.DoesNotContain("AD0001", output, StringComparison.Ordinal);
        Assert.DoesNotContain("n0t-shown", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_files_of_a_project_of_FSharp_are_read_beside_its_compiler()
    {
        await PackAsync();
        WriteFSharp(properties: "");

        var output = await Dotnet.RunAsync(_folder, "build", "Sample.fsproj", "--nologo");

        Assert.Contains("appsettings.json(1,55): warning RDSIAM011", output, StringComparison.Ordinal);
        Assert.Contains("appsettings.json(1,36): warning RDSIAM012", output, StringComparison.Ordinal);
        Assert.Contains(".env(1,21): warning RDSIAM011", output, StringComparison.Ordinal);
        foreach (var file in Others.Keys)
            Assert.Contains($"{file}(", output, StringComparison.Ordinal);
        Assert.DoesNotContain("AD0001", output, StringComparison.Ordinal);
        Assert.DoesNotContain("n0t-shown", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_of_FSharp_opts_out_and_makes_them_errors_as_others_do()
    {
        await PackAsync();
        WriteFSharp("<RdsIamAspireAnalyzeConfigurationFiles>false</RdsIamAspireAnalyzeConfigurationFiles>");

        var without = await Dotnet.RunAsync(_folder, "build", "Sample.fsproj", "--nologo");
        WriteFSharp("<WarningsAsErrors>RDSIAM011</WarningsAsErrors><NoWarn>$(NoWarn);RDSIAM012</NoWarn>");
        Write(".editorconfig", "root = true\n[*]\nrds_iam.excluded_paths = *.env\n");
        var (exit, errors) = await Dotnet.TryRunAsync(_folder, "build", "Sample.fsproj", "--nologo");

        Assert.DoesNotContain("RDSIAM", without, StringComparison.Ordinal);
        Assert.NotEqual(0, exit);
        Assert.Contains("appsettings.json(1,55): error RDSIAM011", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("RDSIAM012", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(".env(", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_compiler_is_given_the_rules_compiled_ahead_for_its_runtime_unless_told_otherwise()
    {
        await PackAsync();
        WriteSample(properties: "");
        await Dotnet.RunAsync(_folder, "restore", "Sample.csproj");
        var runtime = (await Dotnet.RunAsync(_folder, "msbuild", "Sample.csproj", "-getProperty:NETCoreSdkPortableRuntimeIdentifier")).Trim();
        var package = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "packages", "rdsiamaspire.analyzers")));
        var image = Path.Combine(package, "tools", "ready-to-run", runtime, "RdsIamAspire.Analyzers.dll");
        Assert.SkipUnless(File.Exists(image), $"The runtime {runtime} or crossgen2 is not on this NuGet feed: nothing was compiled ahead.");
        var other = Path.Combine(package, "analyzers", "dotnet", "cs", "RdsIamAspire.Analyzers.dll");

        var with = await Dotnet.RunAsync(_folder, "build", "Sample.csproj", "--no-restore", "--nologo", "-v:d");
        var without = await Dotnet.RunAsync(
            _folder, "build", "Sample.csproj", "--no-restore", "--nologo", "--no-incremental", "-v:d", "-p:RdsIamAspireReadyToRun=false");

        Assert.Equal([image], Given(with));
        Assert.Equal([other], Given(without));
        Assert.NotEmpty(Warnings(with));
        Assert.Equal(Warnings(without), Warnings(with));
        // The same assembly, with machine code beside its own.
        Assert.Equal((Module(other).Id, IsCompiledAhead: false), Module(other));
        Assert.Equal((Module(other).Id, IsCompiledAhead: true), Module(image));
    }

    [Fact]
    public async Task A_fix_is_found_beside_the_rules_that_are_compiled_ahead()
    {
        await PackAsync();
        WriteSample(properties: "");

        await Dotnet.RunAsync(_folder, "format", "analyzers", "Sample.csproj", "--severity", "warn", "--diagnostics", "RDSIAM001", "RDSIAM003");

        Assert.Equal(
            "System.Console.WriteLine(\"Server=db;SslMode=VerifyFull;Uid=root;Database=shop\");\n",
            File.ReadAllText(Path.Combine(_folder, "Program.cs")));
    }

    // What the compiler's command line has of the rules.
    private static string[] Given(string output) =>
    [
        .. output.Split('\n', ' ').Where(static word => word.StartsWith("/analyzer:", StringComparison.Ordinal))
            .Select(static word => Path.GetFullPath(word.Trim()["/analyzer:".Length..].Trim('"')))
            .Where(static path => Path.GetFileName(path) == "RdsIamAspire.Analyzers.dll").Distinct(),
    ];

    private static string[] Warnings(string output) =>
    [
        .. output.Split('\n').Where(static line => line.Contains("warning RDSIAM", StringComparison.Ordinal))
            .Select(static line => line[line.IndexOf("warning RDSIAM", StringComparison.Ordinal)..].Trim()).Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private static (Guid Id, bool IsCompiledAhead) Module(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = file.GetMetadataReader();
        return (reader.GetGuid(reader.GetModuleDefinition().Mvid), file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    private void WriteFSharp(string properties)
    {
        WriteSample(properties);
        File.Delete(Path.Combine(_folder, "Program.cs"));
        Write("Program.fs", "printfn \"%s\" (System.Environment.MachineName)\n");
        var project = Path.Combine(_folder, "Sample.csproj");
        Write("Sample.fsproj", File.ReadAllText(project).Replace("<ItemGroup>", "<ItemGroup><Compile Include=\"Program.fs\" />",
            StringComparison.Ordinal));
        File.Delete(project);
    }

    private async Task PackAsync()
    {
        var repository = Repository.Root;
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal) ? "Release" : "Debug";
        await Dotnet.RunAsync(repository, "pack", "analyzers/RdsIamAspire.Analyzers.CodeFixes", "--no-build", "-c", configuration, "-o",
            Path.Combine(_folder, "feed"), "--nologo");
    }

    private void WriteSample(string properties)
    {
        Write("Sample.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <RestoreSources>feed</RestoreSources>
                <RestorePackagesPath>packages</RestorePackagesPath>
                <UseAppHost>false</UseAppHost>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RdsIamAspire.Analyzers" Version="*" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """);
        Write("Program.cs", "System.Console.WriteLine(\"Server=db;Uid=root;Pwd=n0t-shown;Database=shop\");\n");
        Write("appsettings.json", """{ "ConnectionStrings": { "MySql": "Server=db;Uid=root;Pwd=n0t-shown;Database=shop" } }""");
        Write(".env", "MYSQL_ROOT_PASSWORD=n0t-shown\n");
        foreach (var (file, text) in Others)
            Write(file, text);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
