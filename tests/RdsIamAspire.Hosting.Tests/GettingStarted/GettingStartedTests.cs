using System.Text.RegularExpressions;
using RdsIamAspire.Hosting.Tests.EndToEnd;

namespace RdsIamAspire.Hosting.Tests.GettingStarted;

/// <summary>
/// docs/getting-started.md, done as it stands with packed packages from a folder: from an empty folder, and from an AppHost with a password,
/// to an IAM login.
/// </summary>
public sealed partial class GettingStartedTests : IAsyncDisposable
{
    private const string Existing = "## You have an AppHost with AddMySql already";

    private readonly Workshop _workshop = new();

    [Fact]
    public async Task Whoever_follows_the_page_ends_with_a_service_that_has_logged_in()
    {
        await ThisMachine.HasAServerAsync();
        await _workshop.PackAsync();

        var page = await _workshop.PageAsync();
        await _workshop.FollowAsync(Page.Read(page[..page.IndexOf(Existing, StringComparison.Ordinal)]));

        Assert.Equal("orders_app@%", await _workshop.AnswerAsync());
    }

    [Fact]
    public async Task Whoever_has_AddMySql_and_AddMySqlDataSource_changes_the_lines_that_the_page_shows()
    {
        await ThisMachine.HasMySqlImageAsync();
        await _workshop.PackAsync();
        await _workshop.PackShapeAsync(await ShapeAsync());
        var page = await _workshop.PageAsync();
        var at = page.IndexOf(Existing, StringComparison.Ordinal);
        var steps = Page.Read(page[..at]);
        await _workshop.FollowAsync(steps.TakeWhile(static step => step is not Step.SavedFile));
        var service = steps.OfType<Step.SavedFile>().First(static file => file.Path.EndsWith("Program.cs", StringComparison.Ordinal));
        var before = new Dictionary<string, string>
        {
            // What the page begins with: an AppHost and a service with a password.
            ["apphost.cs"] = $"""
                #:sdk Aspire.AppHost.Sdk@13.6.4
                #:package Aspire.Hosting.MySql@{_workshop.Version}
                #:project OrdersApi

                var builder = DistributedApplication.CreateBuilder(args);
                var mysql = builder.AddMySql("mysql");
                var orders = mysql.AddDatabase("orders");
                builder.AddProject<Projects.OrdersApi>("api").WithReference(orders).WaitFor(orders);
                builder.Build().Run();
                """,
            ["OrdersApi/Program.cs"] =
                service.Text.Replace("AddRdsIamMySqlDataSource", "AddMySqlDataSource", StringComparison.Ordinal),
            // Aspire.MySqlConnector's, for as much as this page needs of it.
            ["OrdersApi/AddMySqlDataSource.cs"] = """
                internal static class AspireMySqlConnector
                {
                    public static void AddMySqlDataSource(this IHostApplicationBuilder builder, string name) => builder.Services.AddSingleton(
                        new MySqlConnector.MySqlDataSource(builder.Configuration.GetConnectionString(name)!));
                }
                """,
        };
        await SaveAsync(before);
        _workshop.Start("dotnet run apphost.cs");
        Assert.Equal("root@%", await _workshop.AnswerAsync());
        await _workshop.StopAsync();

        var after = before.ToDictionary();
        foreach (var change in DiffPattern().Matches(page[at..].Replace("VERSION", _workshop.Version, StringComparison.Ordinal)).Select(static match => match.Groups["text"].Value.Split('\n')))
        {
            var (old, changed) = (Lines(change, '-'), Lines(change, '+'));
            var file = after.Single(file => file.Value.Contains(old.Length > 0 ? old : Lines(change, ' '), StringComparison.Ordinal)).Key;
            after[file] = old.Length > 0
                ? after[file].Replace(old, changed, StringComparison.Ordinal)
                : after[file].Replace(Lines(change, ' '), $"{Lines(change, ' ')}\n{changed}", StringComparison.Ordinal);
        }

        await SaveAsync(after);
        _workshop.Start("dotnet run apphost.cs");
        Assert.Equal("orders_app@%", await _workshop.AnswerAsync());
    }

    public async ValueTask DisposeAsync() => await _workshop.DisposeAsync();

    private async Task SaveAsync(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(_workshop.Shop, path), text, TestContext.Current.CancellationToken);
        }
    }

    private static string Lines(IEnumerable<string> diff, char mark) => string.Join('\n',
        diff.Where(line => line.StartsWith(mark) && line.Length > 1).Select(static line => line[1..]));

    /// <summary>The shape of Aspire's package as a package, with the image that is here.</summary>
    private static async Task<string> ShapeAsync()
    {
        var image = (await ThisMachine.MySqlImageAsync()).Split(':');
        var source = await File.ReadAllTextAsync(
            Path.Combine(Workshop.Root(), "tests", "RdsIamAspire.Hosting.Tests", "AddMySqlShape", "MySqlShape.cs"),
            TestContext.Current.CancellationToken);
        return source
            .Replace("internal ", "public ", StringComparison.Ordinal)
            .Replace("namespace RdsIamAspire.Hosting.Tests.AddMySqlShape", "namespace Aspire.Hosting", StringComparison.Ordinal)
            .Replace("\"library/mysql\", \"9.7\"", $"\"{image[0]}\", \"{image[1]}\"", StringComparison.Ordinal)
            .Replace(".WithImageRegistry(\"docker.io\")", string.Empty, StringComparison.Ordinal);
    }

    [GeneratedRegex("```diff\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex DiffPattern();
}
