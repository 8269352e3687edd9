using System.Net;
using Docker.DotNet;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>What a container engine says goes into a sentence of ours, without the JSON around it.</summary>
public sealed class DockerEngineTests
{
    [Theory]
    [InlineData("{\"message\":\"pull access denied for no-such-image\"}\n", "pull access denied for no-such-image")]
    [InlineData("{\"message\":\"first\\nsecond\"}", "first second")]
    [InlineData("Bad gateway\n", "Bad gateway")]
    [InlineData("{\"message\":42}", "{\"message\":42}")]
    public void What_an_engine_says_is_one_line_of_words(string body, string said) =>
        Assert.Equal(said, DockerEngine.Said(new DockerApiException(HttpStatusCode.InternalServerError, body)));

    [Fact]
    public void An_engine_that_says_nothing_leaves_the_status() =>
        Assert.Contains(
            "InternalServerError", DockerEngine.Said(new DockerApiException(HttpStatusCode.InternalServerError, "")), StringComparison.Ordinal);
}
