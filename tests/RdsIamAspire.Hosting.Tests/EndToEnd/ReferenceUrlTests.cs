using System.Diagnostics;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>The addresses that a reference hands out work as they stand, with a token for a password.</summary>
public sealed class ReferenceUrlTests
{
    private const string Node = """
        const mysql = require('mysql2/promise');
        (async () => {
          const { URL: uri, TOKEN: password } = process.env;
          const connection = await mysql.createConnection({ uri, password, enableCleartextPlugin: true });
          const [rows] = await connection.query("SELECT CONCAT(CURRENT_USER(), ' in ', DATABASE()) AS who");
          console.log(rows[0].who);
          await connection.end();
        })().catch(error => { console.error(error); process.exit(1); });
        """;

    /// <remarks>
    /// What Connector/J does with the trust store of its URL, without its own protocol, which needs the driver: TLS over MySQL's handshake
    /// (an SSLRequest after the greeting; "Protocol::SSLRequest", MySQL Internals) with the name verified.
    /// </remarks>
    private const string Java = """
        import java.net.*;
        import java.security.KeyStore;
        import java.util.*;
        import javax.net.ssl.*;

        class Handshake {
            public static void main(String[] args) throws Exception {
                var url = URI.create(System.getenv("URL").substring("jdbc:".length()));
                var query = new HashMap<String, String>();
                for (var part : url.getQuery().split("&")) query.put(part.split("=", 2)[0], part.split("=", 2)[1]);
                var store = KeyStore.getInstance(query.get("trustCertificateKeyStoreType"));
                try (var file = new URL(query.get("trustCertificateKeyStoreUrl")).openStream()) { store.load(file, null); }
                var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                var tls = SSLContext.getInstance("TLS");
                tls.init(null, trust.getTrustManagers(), null);

                var name = args.length > 0 ? args[0] : url.getHost();
                var socket = new Socket(url.getHost(), url.getPort());
                var in = socket.getInputStream();
                var head = in.readNBytes(4);
                in.readNBytes((head[0] & 255) | (head[1] & 255) << 8);
                // CLIENT_SSL, CLIENT_PROTOCOL_41 and CLIENT_SECURE_CONNECTION; 16 MB; utf8mb4; 23 bytes of nothing.
                var request = new byte[36];
                System.arraycopy(new byte[] { 32, 0, 0, 1, 0, (byte) 0x8a, 0, 0, 0, 0, 0, 1, 45 }, 0, request, 0, 13);
                socket.getOutputStream().write(request);
                var secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, name, url.getPort(), true);
                var parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                secure.startHandshake();
                System.out.println(query.get("sslMode") + " " + secure.getSession().getProtocol());
            }
        }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_URL_logs_in_with_mysql2_and_verifies_the_server(bool isContainer)
    {
        var modules = Path.Combine(AspireCommandLine.Root(), "playground", "orders-report");
        Assert.SkipUnless(
            AspireCommandLine.IsOnPath("node") && Directory.Exists(Path.Combine(modules, "node_modules", "mysql2")),
            "Node.js, or mysql2 in playground/orders-report (npm ci), is not here.");
        await using var host = await StartAsync(isContainer);

        Assert.Equal("orders_app@% in orders", await RunAsync(host, "Uri", modules, "node", "-e", Node));
        var elsewhere = Node.Replace("{ uri,", "{ uri: uri.replace(/ca%22/, 'nothing%22'),", StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(host, "Uri", modules, "node", "-e", elsewhere));
        Assert.Contains("certificate", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trust_store_of_the_JDBC_URL_verifies_the_server_and_its_name()
    {
        Assert.SkipUnless(AspireCommandLine.IsOnPath("java"), "Java is not here.");
        var folder = Directory.CreateTempSubdirectory("rds-iam-java-");
        try
        {
            var source = Path.Combine(folder.FullName, "Handshake.java");
            await File.WriteAllTextAsync(source, Java, TestContext.Current.CancellationToken);
            await using var host = await StartAsync(isContainer: false);

            Assert.StartsWith(
                "VERIFY_IDENTITY TLSv1.",
                await RunAsync(host, "JdbcConnectionString", folder.FullName, "java", source),
                StringComparison.Ordinal);
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(
                () => RunAsync(host, "JdbcConnectionString", folder.FullName, "java", source, "another.example"));
            Assert.Contains("another.example", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<RunningAppHost> StartAsync(bool isContainer)
    {
        await (isContainer ? ThisMachine.HasMySqlImageAsync() : ThisMachine.HasMysqldAsync());
        var host = await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders"),
            $"RDS_IAM_SERVER={(isContainer ? "docker" : "mysqld")}");
        await host.HealthyAsync("orders");
        return host;
    }

    private static async Task<string> RunAsync(RunningAppHost host, string property, string folder, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["URL"] = await host.ReferenceValueAsync("orders", property);
        start.Environment["TOKEN"] = await host.TokenAsync("orders");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException(errors);
    }
}
