# Logs in with PyMySQL and the token on standard input, and prints one row.
import os
import sys

import pymysql

try:
    connection = pymysql.connect(
        host=os.environ["DB_HOST"],
        port=int(os.environ["DB_PORT"]),
        user=os.environ["DB_USERNAME"],
        database=os.environ["DB_DATABASENAME"],
        password=sys.stdin.read().strip(),
        ssl={"ca": os.environ["DB_CACERTIFICATEPATH"], "check_hostname": True},
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT CONCAT(CURRENT_USER(), ' reads ', item) FROM orders")
        print(cursor.fetchone()[0])
except pymysql.err.OperationalError as error:
    print(f"{error.args[0]}: {error.args[1]}", file=sys.stderr)
    sys.exit(1)
