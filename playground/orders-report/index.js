// The same database from Node: AWS's own signer and mysql2, with what WithReference puts into the environment. No password.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Signer } from '@aws-sdk/rds-signer';
import mysql from 'mysql2/promise';

const { ORDERS_HOST: hostname, ORDERS_PORT: port, ORDERS_USERNAME: username, ORDERS_DATABASENAME: database } = process.env;
const region = process.env.ORDERS_REGION ?? process.env.AWS_REGION;
const ca = process.env.ORDERS_CACERTIFICATEPATH;
const signer = new Signer({ hostname, port: Number(port), username, region });

const pool = mysql.createPool({
  host: hostname,
  port: Number(port),
  user: username,
  database,
  connectionLimit: 4,
  // Locally the emulator's CA; on AWS the bundle that mysql2 brings along.
  ssl: ca ? { ca: readFileSync(ca), verifyIdentity: true, minVersion: 'TLSv1.2' } : 'Amazon RDS',
  // A token for each new connection: it is good for 15 minutes, a connection lives longer.
  enableCleartextPlugin: true,
  authPlugins: { mysql_clear_password: () => async () => Buffer.from(`${await signer.getAuthToken()}\0`) },
});

const server = createServer(async (request, response) => {
  try {
    const [rows] = await pool.query('SELECT COUNT(*) AS orders, CURRENT_USER() AS user FROM orders');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows[0]));
  } catch (error) {
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error: error.message }));
  }
});

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`orders-report listens on ${server.address().port}`));
process.on('SIGTERM', () => server.close(() => pool.end().then(() => process.exit(0))));
