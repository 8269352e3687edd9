# The commands of "Creating a database account using IAM authentication" and "Connecting to your DB instance using IAM authentication from the
# command line: AWS CLI and mysql client" (Amazon RDS User Guide), in their order. RDSHOST, RDSPORT, MASTER and its MYSQL_PWD, and the CA come from outside.
set -eu

# The master user creates the database account, asks for TLS, grants, and looks.
mysql --host=$RDSHOST --port=$RDSPORT --ssl-ca=global-bundle.pem --ssl-mode=VERIFY_IDENTITY --user=$MASTER <<'SQL'
CREATE USER 'jane_doe' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
ALTER USER 'jane_doe'@'%' REQUIRE SSL;
GRANT SELECT ON `article`.* TO 'jane_doe'@'%';
SHOW GRANTS FOR 'jane_doe'@'%';
SQL

unset MYSQL_PWD

# An authentication token.
TOKEN="$(aws rds generate-db-auth-token --hostname $RDSHOST --port $RDSPORT --region us-west-2 --username jane_doe )"

# The login.
mysql --host=$RDSHOST --port=$RDSPORT --ssl-ca=global-bundle.pem --enable-cleartext-plugin --user=jane_doe --password=$TOKEN \
    --execute="SELECT CURRENT_USER(), (SELECT item FROM article.orders)"
