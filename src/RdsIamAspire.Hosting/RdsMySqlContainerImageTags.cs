using RdsIamAspire.Emulator;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// The image that <c>RunAsContainer</c> starts: MySQL 8.4, the long-term release that RDS and Aurora offer ("MySQL on Amazon RDS
/// versions").
/// </summary>
/// <remarks>
/// A machine that has a usable image already, and whose AppHost names none, runs that one: see <see cref="FindOnThisMachineAsync"/>.
/// </remarks>
internal static class RdsMySqlContainerImageTags
{
    internal const string Registry = "docker.io";
    internal const string Image = "library/mysql";
    internal const string Tag = "8.4";

    /// <summary>
    /// The image that <c>rds-iam local</c> and the test containers take on this machine; null where there is none. Nothing is pulled to
    /// find out.
    /// </summary>
    internal static async Task<string?> FindOnThisMachineAsync(CancellationToken cancellationToken)
    {
        var options = new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Docker };
        var found = await LocalMySqlServer.FindAsync(options, cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault(static c => c.IsUsable)?.Image;
    }
}
