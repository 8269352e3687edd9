using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The port of this machine that an AppHost asks for by its number.</summary>
[StackTraceHidden]
internal static class FixedPort
{
    /// <summary>
    /// The port that the orchestrator will listen on for the container; <see langword="null"/> where it takes a free one, or where the
    /// container that is there already has it.
    /// </summary>
    internal static int? Of(ContainerResource container, bool areRandomized) =>
        areRandomized || container.IsPersistent()
            ? null
            : container.Annotations
                .OfType<EndpointAnnotation>()
                .Where(static e => e.IsProxied)
                .Select(static e => e.Port)
                .FirstOrDefault(static p => p is > 0);

    internal static string Problem(int port, string containerName) =>
        $"Port {port} of this machine is taken, so '{containerName}' cannot be reached there. End what listens on it and start the "
            + "AppHost again, choose another port, or leave it out for a free one.";

    /// <exception cref="ArgumentOutOfRangeException">The port is not between 1 and 65535.</exception>
    internal static void ThrowIfImpossible(int? port)
    {
        if (port is < 1 or > 65535)
        {
            throw new ArgumentOutOfRangeException(
                nameof(port), $"{port} is no port: those are 1 to 65535. Leave it out for a free one.");
        }
    }
}
