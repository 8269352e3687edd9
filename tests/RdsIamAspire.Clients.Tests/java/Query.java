import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.util.Properties;

/** Logs in as docs/dialects.md says; the token comes from standard input. */
public class Query {
    public static void main(String[] arguments) throws Exception {
        var options = new Properties();
        options.setProperty("user", System.getenv("DB_USERNAME"));
        options.setProperty("password", new String(System.in.readAllBytes(), StandardCharsets.US_ASCII));
        options.setProperty("useSsl", "true");
        options.setProperty("serverSslCert", System.getenv("DB_CACERTIFICATEPATH"));
        var url = "jdbc:mariadb://" + System.getenv("DB_HOST") + ":" + System.getenv("DB_PORT") + "/" + System.getenv("DB_DATABASENAME");
        try (var connection = DriverManager.getConnection(url, options);
            var rows = connection.createStatement().executeQuery("SELECT CONCAT(CURRENT_USER(), ' reads ', item) FROM orders")) {
            rows.next();
            System.out.println(rows.getString(1));
        } catch (java.sql.SQLException e) {
            System.err.println(e.getErrorCode() + ": " + e.getMessage());
            System.exit(1);
        }
    }
}
