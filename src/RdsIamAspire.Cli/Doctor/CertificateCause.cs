using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Tunnel.Logins;

namespace RdsIamAspire.Cli.Doctor;

/// <summary>A certificate that is not accepted, as a cause with its remedy. Pure.</summary>
internal static class CertificateCause
{
    public static (Cause Cause, string Problem, string Remedy) Of(CertificateProblem problem, ServerTrust trust, DatabaseTarget target)
    {
        var names = string.Join(", ", problem.Names);
        var rdsName = problem.Names.FirstOrDefault(name => RdsEndpoint.TryParse(name, out var endpoint) && endpoint.IsRds);
        return problem.Fault switch
        {
            CertificateFault.WrongName => (Cause.CertificateWrongName,
                $"the certificate is for {names}, not for '{target.SignFor.Host}'",
                rdsName is not null
                    ? $"'{target.Dialled.Host}' leads to that endpoint: sign for its own name with --sign-for"
                        + $" {rdsName}:{RdsEndpoint.DefaultPort} (in a service: SignForHost)"
                    : "give the name that the certificate has: --sign-for NAME:PORT"),
            CertificateFault.UnknownAuthority => (Cause.CertificateUntrusted,
                $"the certificate is signed by '{problem.Issuer}', which no root of the bundle ({trust.Origin}) signed",
                target.SignFor.IsRds ? "bring in AWS's newest bundle: rds-iam ca update"
                    : "give the CA of this server: --ca FILE (for 'rds-iam local' it is $NAME_CACERTIFICATEPATH)"),
            CertificateFault.Expired => (Cause.CertificateExpired,
                $"the certificate of '{problem.Issuer}' ended on {Terminal.Utc(problem.NotAfter)}",
                "rotate the database's certificate: aws rds modify-db-instance --ca-certificate-identifier rds-ca-rsa2048-g1 …"),
            CertificateFault.NotYetValid => (Cause.ClockBehind,
                $"the certificate begins on {Terminal.Utc(problem.NotBefore)}, and this machine's clock says"
                    + $" {Terminal.Utc(DateTimeOffset.UtcNow)}",
                "set this machine's clock (turn on NTP)"),
            _ => (Cause.TlsFailed, $"the certificate of '{problem.Issuer}' for {names} is not accepted ({problem.Fault})",
                "look at the certificate: openssl s_client -starttls mysql -connect HOST:PORT -showcerts"),
        };
    }
}
