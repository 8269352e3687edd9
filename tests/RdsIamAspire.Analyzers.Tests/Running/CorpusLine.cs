using Microsoft.CodeAnalysis;

namespace RdsIamAspire.Analyzers.Tests.Running;

/// <summary>A line of Corpus/*.txt: a rule, a place and a piece of code.</summary>
internal sealed record CorpusLine(string Rule, string Place, string Code)
{
    public static IEnumerable<CorpusLine> Read(string file) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Corpus", file))
        where line.Length > 0 && line[0] != '#'
        let parts = line.Split('|', 3)
        select new CorpusLine(parts[0], parts[1], parts[2].Replace("⏎", "\n", StringComparison.Ordinal));

    public MetadataReference[] Drivers => Place switch
    {
        "N" => [],
        "MD" => [Analysis.MySqlData],
        _ => [Analysis.MySqlConnector],
    };

    public string Source => Place switch
    {
        "M" => $"{Usings}using MySqlConnector;\n{Amazon}\nclass Sample {{ static void Use(string s) {{ }} {Code} }}",
        "F" => $"{(Code.StartsWith("using", StringComparison.Ordinal) ? "" : Usings)}{Code}",
        "MD" => $"{Usings}using MySql.Data.MySqlClient;\n{Method}",
        "N" => $"{Usings}{Method}",
        "A" => $"{Usings}{Aspire}\nclass Sample {{ void M(string pwd, IConfiguration configuration, IDistributedApplicationBuilder builder) {{ {Code} }} }}",
        _ => $"{Usings}using MySqlConnector;\n{Amazon}\n{Method}",
    };

    private string Method =>
        $$"""
        interface IConfiguration { string? this[string key] { get; } }
        class Form { public string Password { get; set; } = ""; }
        class Sample
        {
            static void Use(string s) { }
            static void Ref(ref string s) { }
            void M(string host, string user, string pwd, string db, string token, string text, bool dev, int port, IConfiguration configuration, dynamic services, dynamic options)
            {
                {{Code}}
            }
        }
        """;

    private const string Usings = "using System; using System.Collections.Generic; using System.Text;\n";

    private const string Amazon = "namespace Amazon.RDS.Util { static class RDSAuthTokenGenerator { public static string GenerateAuthToken(string host, int port, string user) => host; } }";

    private const string Aspire =
        """
        interface IConfiguration { string? this[string key] { get; } }
        interface IResourceBuilder<out T> { }
        class ParameterResource { }
        class ContainerResource { }
        class MySqlServerResource { }
        interface IDistributedApplicationBuilder { }
        static class Extensions
        {
            public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) => null!;
            public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) => null!;
            public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false) => null!;
            public static IResourceBuilder<MySqlServerResource> AddMySql(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? password = null) => null!;
            public static IResourceBuilder<MySqlServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? user = null, IResourceBuilder<ParameterResource>? password = null) => null!;
            public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image) => null!;
            public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value) => null!;
            public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value) => null!;
        }
        """;
}
