using System.Text.RegularExpressions;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>The name under which an orchestrator shows the initialised image: it says of which MySQL image it was made.</summary>
public sealed partial class InitializedImageNamesTests
{
    private const string Key = "0f826af06189dda7e85d77ae";

    [Theory]
    [InlineData("mysql:8.4", "mysql-8.4")]
    [InlineData("rds-iam-mysql:9.7", "rds-iam-mysql-9.7")]
    [InlineData("docker.io/library/mysql:8.4", "mysql-8.4")]
    [InlineData("registry.example.com:5000/team/mysql", "mysql")]
    [InlineData("mysql:8.4@sha256:3f1c5d2e", "mysql-8.4")]
    [InlineData("mysql@sha256:3f1c5d2e", "mysql")]
    public void A_name_says_which_image_it_was_made_of(string image, string readable) =>
        Assert.Equal($"rds-iam-initialized:{readable}-0f826af06189", InitializedImage.TagOf(image, Key));

    [Fact]
    public void A_name_is_one_that_an_engine_takes()
    {
        var name = InitializedImage.TagOf("mysql:" + new string('8', 128), Key);

        Assert.Matches(TagPattern(), name);
        Assert.EndsWith("-0f826af06189", name, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_made_of_something_else_has_another_name() =>
        Assert.NotEqual(InitializedImage.NameBeforeEngine(null), InitializedImage.NameBeforeEngine("mysql"));

    /// <remarks>The OCI distribution specification, "Pulling manifests".</remarks>
    [GeneratedRegex("^rds-iam-initialized:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$")]
    private static partial Regex TagPattern();
}
