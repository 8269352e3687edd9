<?php
// Logs in with mysqli and the token on standard input, and prints one row.
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
try {
    $connection = mysqli_init();
    $connection->options(MYSQLI_OPT_SSL_VERIFY_SERVER_CERT, true);
    $connection->ssl_set(null, null, getenv('DB_CACERTIFICATEPATH'), null, null);
    $connection->real_connect(getenv('DB_HOST'), getenv('DB_USERNAME'), trim(stream_get_contents(STDIN)), getenv('DB_DATABASENAME'), (int) getenv('DB_PORT'), null, MYSQLI_CLIENT_SSL);
    echo $connection->query("SELECT CONCAT(CURRENT_USER(), ' reads ', item) FROM orders")->fetch_row()[0], "\n";
} catch (mysqli_sql_exception $error) {
    fwrite(STDERR, $error->getCode() . ': ' . $error->getMessage() . "\n");
    exit(1);
}
