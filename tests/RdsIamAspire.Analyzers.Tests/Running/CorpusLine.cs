using Microsoft.CodeAnalysis;

namespace RdsIamAspire.Analyzers.Tests.Running;

/// <summary>What a line of a rule's corpus says of its code.</summary>
internal enum Expectation
{
    /// <summary>The rule reports it, exactly once.</summary>
    Report,

    /// <summary>The rule says nothing; another may.</summary>
    Silent,

    /// <summary>No rule says anything.</summary>
    Nothing,

    /// <summary>The rule's first fix makes the code that stands behind it.</summary>
    Fix,
}

/// <summary>A line of Corpus/*.txt: what is expected of a rule, a place and a piece of code.</summary>
internal sealed record CorpusLine(Expectation Expectation, string Place, string Code, string After = "")
{
    public static IReadOnlyList<CorpusLine> Read(string rule) =>
    [
        .. from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Corpus", rule + ".txt"))
           where line.Length > 0 && line[0] != '#'
           select Parse(line.Replace("⏎", "\n", StringComparison.Ordinal)),
    ];

    public static CorpusLine Parse(string line)
    {
        var parts = line.Split('|', 3);
        var expectation = Enum.Parse<Expectation>(parts[0], ignoreCase: true);
        if (expectation != Expectation.Fix)
            return new CorpusLine(expectation, parts[1], parts[2]);
        var codes = parts[2].Split('|');
        return new CorpusLine(expectation, parts[1], codes[0], codes[1]);
    }

    /// <summary>The references that the place brings along.</summary>
    public MetadataReference[] Drivers => Place.Replace("whole ", "", StringComparison.Ordinal) switch
    {
        "N" => [],
        "MD" => [Analysis.MySqlData],
        _ => [Analysis.MySqlConnector],
    };

    /// <summary>The whole file that the code stands in.</summary>
    public string Source => Place switch
    {
        _ when Place.StartsWith("whole ", StringComparison.Ordinal) => Code,
        "M" => $"{Usings}using MySqlConnector;\n{Amazon}\nclass Sample {{ static void Use(string s) {{ }} {Code} }}",
        "F" => $"{(Code.StartsWith("using", StringComparison.Ordinal) ? "" : Usings)}{Code}",
        "MD" => $"{Usings}using MySql.Data.MySqlClient;\n{Method}",
        "N" => $"{Usings}{Method}",
        "A" =>
            $"{Usings}{Aspire}\nclass Sample {{ void M(string pwd, IConfiguration configuration, IDistributedApplicationBuilder "
                + $"builder) {{ {Code} }} }}",
        "H" =>
            $"{Usings}using Aspire.Hosting;\n{AppHost}\nclass Sample {{ void M(string pwd, IDistributedApplicationBuilder builder) {{ "
                + $"{Code} }} }}",
        "I" => $"{Usings}using MySqlConnector;\n{IamAuth}\n{Method}",
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

    private const string Amazon =
        "namespace Amazon.RDS.Util { static class RDSAuthTokenGenerator { public static string GenerateAuthToken(string host, int port, "
            + "string user) => host; } }";

    // UseRdsIamAuth as RdsIamAspire.MySqlConnector has it: what it gives is another builder.
    private const string IamAuth =
        """
        class RdsIamMySqlDataSourceBuilder(MySqlDataSourceBuilder driver) { public MySqlDataSource Build() => driver.Build(); }
        class RdsIamAuthOptions { public string? Region { get; set; } }
        static class IamAuth
        {
            public static RdsIamMySqlDataSourceBuilder UseRdsIamAuth(this MySqlDataSourceBuilder builder, Action<RdsIamAuthOptions>? configure = null) => new(builder);
        }
        """;

    // An AppHost that references RdsIamAspire.Hosting.
    private const string AppHost =
        """
        namespace Aspire.Hosting
        {
            interface IResourceBuilder<out T> { }
            class ParameterResource { }
            class ProjectResource { }
            class MySqlServerResource { }
            class MySqlDatabaseResource { }
            class RdsMySqlResource { }
            class RdsMySqlDatabaseResource { }
            class PostgresServerResource { }
            class ExecutionContext { public bool IsRunMode => true; }
            interface IDistributedApplicationBuilder { ExecutionContext ExecutionContext { get; } }
            static class Extensions
            {
                public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) => null!;
                public static IResourceBuilder<MySqlServerResource> AddMySql(this IDistributedApplicationBuilder builder, string name) => null!;
                public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name) => null!;
                public static IResourceBuilder<MySqlDatabaseResource> AddDatabase(this IResourceBuilder<MySqlServerResource> builder, string name) => null!;
                public static IResourceBuilder<MySqlServerResource> WithDataVolume(this IResourceBuilder<MySqlServerResource> builder) => null!;
                public static IResourceBuilder<T> ExcludeFromManifest<T>(this IResourceBuilder<T> builder) => null!;
                public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name) => null!;
                public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<object> source) => null!;
                public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<object> source) => null!;
                public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value) => null!;
                public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value) => null!;
            }
            static class RdsMySqlBuilderExtensions
            {
                public static IResourceBuilder<RdsMySqlResource> AddRdsMySql(this IDistributedApplicationBuilder builder, string name) => null!;
                public static IResourceBuilder<RdsMySqlDatabaseResource> AddDatabase(this IResourceBuilder<RdsMySqlResource> builder, string name) => null!;
                public static IResourceBuilder<T> WithRdsIamAuth<T>(this IResourceBuilder<T> builder, string? user = null) => null!;
                public static IResourceBuilder<RdsMySqlResource> RunAsContainer(this IResourceBuilder<RdsMySqlResource> builder) => null!;
                public static IResourceBuilder<RdsMySqlResource> RunAsLocalServer(this IResourceBuilder<RdsMySqlResource> builder) => null!;
                public static IResourceBuilder<RdsMySqlResource> AsExisting(this IResourceBuilder<RdsMySqlResource> builder, string host) => null!;
                public static IResourceBuilder<RdsMySqlResource> AsExistingNamed(this IResourceBuilder<RdsMySqlResource> builder, string name) => null!;
                public static IResourceBuilder<RdsMySqlResource> RunAsEmulator(this IResourceBuilder<RdsMySqlResource> builder) => null!;
            }
        }
        """;

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
