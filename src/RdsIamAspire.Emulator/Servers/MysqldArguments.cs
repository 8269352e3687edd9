using System.Globalization;

namespace RdsIamAspire.Emulator;

/// <summary>mysqld's command line, decided from what is wanted.</summary>
internal static class MysqldArguments
{
    /// <summary>For a data directory that is made once and copied from then on: small files, so that a copy is quick.</summary>
    public static IReadOnlyList<string> Initialize(string dataDirectory, IEnumerable<string> more) =>
    [
        "--initialize-insecure",
        $"--datadir={dataDirectory}",
        .. Small,
        .. WithoutDurability,
        "--skip-log-bin",
        .. more,
    ];

    /// <summary>For a server in use.</summary>
    public static IReadOnlyList<string> Serve(
        string dataDirectory,
        string tlsFolder,
        string initFile,
        string bindAddress,
        int port,
        LocalMySqlServerOptions options) =>
    [
        $"--datadir={dataDirectory}",
        $"--bind-address={bindAddress}",
        string.Create(CultureInfo.InvariantCulture, $"--port={port}"),
        $"--init-file={initFile}",
        $"--ssl-ca={tlsFolder}/ca.pem",
        $"--ssl-cert={tlsFolder}/server-cert.pem",
        $"--ssl-key={tlsFolder}/server-key.pem",
        $"--tls-version={(options.MinimumTls == MinimumTlsVersion.Tls13 ? "TLSv1.3" : "TLSv1.2,TLSv1.3")}",
        .. ResolvesNames(options) ? Array.Empty<string>() : ["--skip-name-resolve"],
        "--mysqlx=OFF",
        "--secure-file-priv=",
        // RDS's own limit grows with memory; MySQL's 151 would end a test of a few hundred logins at once.
        "--max-connections=1000",
        .. Small,
        .. options.DataVolume is null ? ["--skip-log-bin", .. WithoutDurability] : Array.Empty<string>(),
        .. options.ServerArguments,
    ];

    /// <summary>For a server whose data goes with it, on a copy of an initialised directory.</summary>
    public static IReadOnlyList<string> Throwaway => [.. Small, "--skip-log-bin", .. WithoutDurability];

    // Once given, --skip-name-resolve is not undone by =OFF behind it: the variable then says 0, and names are resolved nowhere (9.7.4).
    private static bool ResolvesNames(LocalMySqlServerOptions options) =>
        options.ServerArguments.Any(argument => argument.Replace('_', '-').StartsWith("--skip-name-resolve", StringComparison.Ordinal));

    // 8.0.30 and later; "loose" lets earlier servers pass over it.
    private static string[] Small => ["--loose-innodb-redo-log-capacity=8M"];

    // What is committed outlives a kill of the server (a restart is one), not of the machine: no double write, no fsync ("InnoDB Startup
    // Options", MySQL Reference Manual).
    private static string[] WithoutDurability =>
        ["--innodb-doublewrite=OFF", "--innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=2"];
}
