using System.Diagnostics;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>A volume of a test's own name, which the orchestrator keeps and the test takes away.</summary>
internal sealed class DockerVolume : IAsyncDisposable
{
    public string Name { get; } = $"rds-iam-test-{Guid.NewGuid():N}";

    public async ValueTask DisposeAsync() => await DockerCommand.RunAsync("volume", "rm", "--force", Name);
}

/// <summary>A container that outlives its AppHost, and not its test.</summary>
internal sealed class DockerContainer(string name) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await DockerCommand.RunAsync("rm", "--force", "--volumes", name);
}

internal static class DockerCommand
{
    public static async Task RunAsync(params string[] arguments)
    {
        using var docker =
            Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await Task.WhenAll(docker.StandardOutput.ReadToEndAsync(), docker.StandardError.ReadToEndAsync(), docker.WaitForExitAsync());
    }
}
