using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.Tests.Packaging;

/// <summary>The one assembly in the compilers of several SDKs: loaded as the compiler loads it, it reports the same in each.</summary>
public sealed class CompilerTests : IDisposable
{
    private const string Host = """
        using System.Reflection;
        using Microsoft.CodeAnalysis;
        using Microsoft.CodeAnalysis.CSharp;
        using Microsoft.CodeAnalysis.Diagnostics;

        var analyzers = new AnalyzerFileReference(args[0], new Loader());
        analyzers.AnalyzerLoadFailed += (_, e) => Console.WriteLine($"not loaded: {e.ErrorCode} {e.Message}");
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetFileName(path).StartsWith("System."));
        var compilation = CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(File.ReadAllText(args[2]))],
            [.. platform.Append(args[1]).Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        foreach (var error in compilation.GetDiagnostics().Where(each => each.Severity == DiagnosticSeverity.Error))
            Console.WriteLine(error);
        foreach (var found in (await compilation.WithAnalyzers(analyzers.GetAnalyzers(LanguageNames.CSharp)).GetAnalyzerDiagnosticsAsync()).OrderBy(each => each.Location.SourceSpan.Start).ThenBy(each => each.Id))
            Console.WriteLine($"{found.Location.GetLineSpan().StartLinePosition.Line + 1} {found.Id}");
        Console.WriteLine(typeof(CSharpCompilation).Assembly.GetName().Version!.ToString(2));

        sealed class Loader : IAnalyzerAssemblyLoader
        {
            public void AddDependencyLocation(string fullPath) { }
            public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
        }
        """;

    private const string Sample = """
        using System.Threading.Tasks;
        using MySqlConnector;

        static class Sample
        {
            const string Shared = "Server=db;User ID=app;Password=n0t-shown;SslMode=None";

            static async Task RunAsync(string token)
            {
                var builder = new MySqlConnectionStringBuilder { Server = "db", Password = "n0t-shown", SslMode = MySqlSslMode.Preferred };
                using var connection = new MySqlConnection("Server=db;User ID=app;Pwd=n0t-shown;SslMode=VERIFY_CA")
                {
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    ProvidePasswordCallback = _ => token,
                };
                await connection.OpenAsync();
                System.Console.WriteLine($"Server={builder.Server};Uid=app;Pwd={token};SslMode=VerifyFull");
            }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-compilers-").FullName;

    // The compilers of the SDKs 8.0.1xx, 9.0.3xx and 10.0.1xx. Source: the dotnet/roslyn wiki, "NuGet packages".
    [Theory]
    [InlineData("4.8.0")]
    [InlineData("4.14.0")]
    [InlineData("5.0.0")]
    public async Task It_loads_and_reports_the_same(string compiler)
    {
        File.WriteAllText(Path.Combine(_folder, "Host.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
                <NoWarn>$(NoWarn);NU1603;RS1038</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.CodeAnalysis.CSharp" Version="{compiler}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(_folder, "Program.cs"), Host);
        File.WriteAllText(Path.Combine(_folder, "sample.txt"), Sample);

        var (exit, output) = await Dotnet.TryRunAsync(
            _folder, "run", "--", typeof(SourceAnalyzer).Assembly.Location, typeof(MySqlConnector.MySqlConnection)
            .Assembly.Location, Path.Combine(_folder, "sample.txt"));

        Assert.SkipWhen(exit != 0
            && output.Contains("NU110", StringComparison.Ordinal), $"Microsoft.CodeAnalysis.CSharp {compiler} is not on this NuGet feed");
        Assert.True(exit == 0, output);
        Assert.Equal(
            $"""
            6 RDSIAM001
            6 RDSIAM004
            10 RDSIAM002
            10 RDSIAM004
            11 RDSIAM001
            11 RDSIAM006
            11 RDSIAM008
            13 RDSIAM009
            {compiler[..compiler.LastIndexOf('.')]}
            """,
            output.Trim(),
            ignoreLineEndingDifferences: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
