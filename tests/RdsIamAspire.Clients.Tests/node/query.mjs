// Logs in with mysql2 and a token of @aws-sdk/rds-signer, made from the AWS credentials in the environment, and prints one row.
import { readFileSync } from 'node:fs';
import { Signer } from '@aws-sdk/rds-signer';
import { createConnection } from 'mysql2/promise';

const { DB_HOST: hostname, DB_PORT, DB_USERNAME: username, DB_DATABASENAME: database, DB_REGION: region, DB_CACERTIFICATEPATH, CLEARTEXT, SIGN_AS } = process.env;
const port = Number(DB_PORT);
const password = process.argv[2] === '--token-from-stdin'
  ? readFileSync(0, 'utf8').trim()
  : await new Signer({ hostname, port, username: SIGN_AS ?? username, region }).getAuthToken();

try {
  const connection = await createConnection({
    host: hostname,
    port,
    user: username,
    database,
    password,
    ssl: { ca: readFileSync(DB_CACERTIFICATEPATH) },
    enableCleartextPlugin: CLEARTEXT !== 'off',
  });
  const [[row]] = await connection.query("SELECT CONCAT(CURRENT_USER(), ' reads ', item) AS line FROM orders");
  console.log(row.line);
  await connection.end();
} catch (error) {
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
