using System.Net;

namespace RdsIamAspire.Dev.Tests;

/// <summary>Whether anybody answers who has revoked a package's certificate.</summary>
public sealed class PackageSignatureTests
{
    private static readonly Uri List = new("http://authority.example/list.crl");

    [Fact]
    public async Task An_answer_leaves_NuGet_as_it_is() => Assert.True(await IsAnsweredAsync(new HttpResponseMessage(HttpStatusCode.OK)));

    [Fact]
    public async Task A_proxy_that_refuses_is_no_answer() => Assert.False(await IsAnsweredAsync(new HttpResponseMessage(HttpStatusCode.Forbidden)));

    [Fact]
    public async Task A_name_that_nobody_knows_is_no_answer() => Assert.False(await IsAnsweredAsync(new HttpRequestException("no such host")));

    [Fact]
    public async Task Packets_that_are_dropped_are_no_answer() => Assert.False(await IsAnsweredAsync(new TaskCanceledException("timeout")));

    [Fact]
    public async Task Whoever_ends_the_command_is_not_told_so()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => AnswersAsync(new TaskCanceledException("stopped"), stop.Token));
    }

    private static Task<bool> IsAnsweredAsync(object outcome) => AnswersAsync(outcome, TestContext.Current.CancellationToken);

    private static async Task<bool> AnswersAsync(object outcome, CancellationToken stop)
    {
        using var http = new HttpClient(new Network(outcome));
        return await PackageSignatures.AnswersAsync(http, List, stop);
    }

    private sealed class Network(object outcome) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            outcome is Exception exception
                ? Task.FromException<HttpResponseMessage>(exception)
                : Task.FromResult((HttpResponseMessage)outcome);
    }
}
