// Logs in as docs/dialects.md says; the token comes from standard input.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"io"
	"os"

	"github.com/go-sql-driver/mysql"
)

func main() {
	token, err := io.ReadAll(os.Stdin)
	check(err)
	ca, err := os.ReadFile(os.Getenv("DB_CACERTIFICATEPATH"))
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	check(mysql.RegisterTLSConfig("rds", &tls.Config{RootCAs: roots, ServerName: os.Getenv("DB_HOST")}))

	config := mysql.NewConfig()
	config.User = os.Getenv("DB_USERNAME")
	config.Passwd = string(token)
	config.Net = "tcp"
	config.Addr = os.Getenv("DB_HOST") + ":" + os.Getenv("DB_PORT")
	config.DBName = os.Getenv("DB_DATABASENAME")
	config.TLSConfig = "rds"
	config.AllowCleartextPasswords = os.Getenv("CLEARTEXT") != "off"
	connector, err := mysql.NewConnector(config)
	check(err)

	var said string
	check(sql.OpenDB(connector).QueryRow("SELECT CONCAT(CURRENT_USER(), ' reads ', item) FROM orders").Scan(&said))
	fmt.Println(said)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
