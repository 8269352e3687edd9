using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RdsIamAspire.MySqlConnector.Configuration;

namespace RdsIamAspire.MySqlConnector.Tls;

/// <summary>
/// Judges the server's certificate in the driver's place: the driver's own VerifyFull reads the CA file again for each connection and
/// knows only the dialled name,
/// while here the roots are read once and the name is that of the endpoint that the token is signed for.
/// </summary>
internal sealed class ServerVerification
{
    private readonly X509Certificate2Collection _roots = [];
    private readonly RdsIamConnectionPlan _plan;
    private readonly RdsCaBundle _bundle;

    /// <exception cref="InvalidOperationException">The CA file cannot be read, or no root is known for the endpoint's region.</exception>
    internal ServerVerification(RdsIamConnectionPlan plan)
    {
        _plan = plan;
        try
        {
            var bundle = RdsCaBundleStore.Load(plan.CaCertificatePath);
            // A file that the user names is taken as it is; of ours only what the endpoint needs.
            _bundle = plan.CaCertificatePath is null ? bundle.ForEndpoint(plan.SignFor) : bundle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new InvalidOperationException($"The CA certificates of '{plan.CaCertificatePath}' cannot be read: {e.Message}", e);
        }
        catch (KeyNotFoundException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }

        foreach (var certificate in _bundle.Certificates)
            _roots.Add(X509Certificate2.CreateFromPem(certificate.Pem));
    }

    /// <summary>
    /// What the driver offers the server as client certificate. It must offer one once it has asked for it (that question is where a
    /// token is awaited);
    /// one without a private key is not sent by TLS.
    /// </summary>
    internal X509Certificate NoClientCertificate => _roots[0];

#if NET9_0_OR_GREATER
    private static X509Certificate2 LoadCertificate(X509Certificate certificate) =>
        X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
#else
    private static X509Certificate2 LoadCertificate(X509Certificate certificate) => new(certificate);
#endif

    /// <summary>The driver's callback.</summary>
    /// <exception cref="AuthenticationException">The certificate is not the endpoint's; the message says why and what to do.</exception>
    internal bool Validate(object sender, X509Certificate? certificate, X509Chain? received, SslPolicyErrors errors)
    {
        if (!_plan.CheckCertificate)
            return true;
        if (certificate is null)
            throw new AuthenticationException($"{_plan.SignFor.Host} showed no certificate.");

        using var owned = certificate is X509Certificate2 ? null : LoadCertificate(certificate);
        var leaf = certificate as X509Certificate2 ?? owned!;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        // Certificates of RDS have no address of a revocation list.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in received?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);

        if (!Builds(chain, leaf))
        {
            var why = string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct());
            throw new AuthenticationException(
                $"The certificate of {_plan.SignFor.Host} (issued by '{leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true)}', "
                    + $"valid until {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}) "
                + $"does not lead to a CA of the bundle '{_bundle.Origin}': {why}. Bring in AWS's newest bundle with 'rds-iam ca "
                + $"update', or name the CA with SslCa or CaCertificatePath.");
        }

        if (_plan.CheckName && !leaf.MatchesHostname(_plan.SignFor.Host))
        {
            throw new AuthenticationException(
                $"The server's certificate is for {Names(leaf)}, not for '{_plan.SignFor.Host}'. Through a tunnel, a port-forward or a "
                    + $"CNAME set SignForHost to the endpoint's own name.");
        }

        return true;
    }

    // The driver understands an AuthenticationException and nothing else.
    private static bool Builds(X509Chain chain, X509Certificate2 leaf)
    {
        try
        {
            return chain.Build(leaf);
        }
        catch (CryptographicException e)
        {
            throw new AuthenticationException($"The server's certificate cannot be judged: {e.Message}", e);
        }
    }

    private static string Names(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())))
            .Take(5);
        return string.Join(", ", names.DefaultIfEmpty(leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false)).Select(n => $"'{n}'"));
    }
}
