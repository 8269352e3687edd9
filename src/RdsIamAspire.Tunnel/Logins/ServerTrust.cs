using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Tunnel.Logins;

/// <summary>The roots that a server's certificate is checked against, and where they come from.</summary>
/// <param name="Origin">For messages.</param>
/// <param name="Roots">The roots.</param>
internal sealed record ServerTrust(string Origin, X509Certificate2Collection Roots)
{
    /// <summary>The user's own file, else the roots that the endpoint needs from the bundle in force.</summary>
    /// <param name="ownFile">A PEM file; null takes RDS_IAM_CA_BUNDLE.</param>
    /// <param name="signFor">The endpoint.</param>
    /// <exception cref="KeyNotFoundException">The bundle has no root for the endpoint's region.</exception>
    public static ServerTrust For(RdsEndpoint signFor, string? ownFile)
    {
        var own = !string.IsNullOrEmpty(ownFile)
            || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(RdsCaBundleStore.EnvironmentVariable));
        var bundle = RdsCaBundleStore.Load(string.IsNullOrEmpty(ownFile) ? null : ownFile);
        // A user's own bundle is taken whole: it may hold any root.
        var used = own ? bundle : bundle.ForEndpoint(signFor);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(used.ExportPem());
        return new ServerTrust(bundle.Origin, roots);
    }
}
