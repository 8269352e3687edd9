using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>What runs in place of a cluster's reader endpoint: the cluster of its writer, which starts and ends it.</summary>
internal sealed class ReaderRdsServer(RdsMySqlResource reader, RdsMySqlResource writer, LocalCluster cluster, string region)
    : LocalRdsServer(reader, region)
{
    internal override ReferenceExpression Host => cluster.Host;

    internal override ReferenceExpression Port => cluster.ReaderPort;

    internal override string Description => $"the reader of '{writer.Name}'";

    internal override bool KeepsData => false;

    internal override LocalCaCertificatePath CaCertificatePath => writer.Local!.CaCertificatePath;

    internal override RdsIamEmulator? Emulator => cluster.First.Emulator;

    internal override LoginAttempt? LastDenialOf(string user) => cluster.First.LastDenialOf(user);

    internal override Task<RestartResult> RestartAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        cluster.First.RestartAsync(services, cancellationToken);

    internal override Task<ServerAccess> WaitForServerAsync(
        IServiceProvider services, ILogger logger, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"'{Owner.Name}' starts with '{writer.Name}'.");
}
