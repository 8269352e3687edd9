namespace RdsIamAspire.Tunnel.Logins;

/// <summary>The server's certificate is not accepted, so no token was sent.</summary>
internal sealed class CertificateException(CertificateProblem problem, string message) : Exception(message)
{
    public CertificateProblem Problem { get; } = problem;
}
