using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Tunnel.Logins;

/// <summary>Why a server's certificate is not accepted.</summary>
internal enum CertificateFault
{
    /// <summary>The server has sent none.</summary>
    Missing,

    /// <summary>No root in the bundle signed it.</summary>
    UnknownAuthority,

    /// <summary>Its time is over, or that of its authority.</summary>
    Expired,

    /// <summary>Its time has not begun: the clock of this machine is wrong.</summary>
    NotYetValid,

    /// <summary>It is for other names than the one that the token is signed for.</summary>
    WrongName,

    /// <summary>Anything else that the platform finds.</summary>
    Other,
}

/// <summary>What is wrong with a certificate, and what it says.</summary>
/// <param name="Fault">Why.</param>
/// <param name="Names">The DNS names and addresses that it is for.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="NotBefore">When its time begins.</param>
/// <param name="NotAfter">When its time ends.</param>
internal sealed record CertificateProblem(
    CertificateFault Fault, IReadOnlyList<string> Names, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Reads what the platform found; null when it is content.</summary>
    public static CertificateProblem? From(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        if (certificate is not X509Certificate2 server)
            return new CertificateProblem(CertificateFault.Missing, [], "", default, default);
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status)
            ?? X509ChainStatusFlags.NoError;
        // A chain that is not trusted says nothing about the rest, so it comes first; a wrong name is looked at only in a good certificate.
        var fault = (errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0 ? CertificateFault.Missing
            : (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 ? CertificateFault.UnknownAuthority
            : (status & X509ChainStatusFlags.NotTimeValid) != 0 ? TimeFault(server, now)
            : (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 ? CertificateFault.WrongName
            : CertificateFault.Other;
        var issuer = server.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        return new CertificateProblem(fault, NamesOf(server), issuer, server.NotBefore, server.NotAfter);
    }

    private static CertificateFault TimeFault(X509Certificate2 server, DateTimeOffset now) =>
        server.NotBefore > now ? CertificateFault.NotYetValid : CertificateFault.Expired;

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return alternatives is null
            ? [certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)]
            : [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(address => address.ToString())];
    }
}
