// Reads an array of cases from standard input and writes the tokens that @aws-sdk/rds-signer makes of them, each at the case's own time.
import { Signer } from "@aws-sdk/rds-signer";
import { readFileSync } from "node:fs";

const RealDate = Date;
let now = 0;
globalThis.Date = class extends RealDate {
  constructor(...args) { super(...(args.length ? args : [now])); }
  static now() { return now; }
};

const tokens = [];
for (const c of JSON.parse(readFileSync(0, "utf8"))) {
  now = c.epochSeconds * 1000;
  const signer = new Signer({
    hostname: c.host, port: c.port, username: c.user, region: c.region,
    credentials: { accessKeyId: c.accessKeyId, secretAccessKey: c.secretAccessKey, sessionToken: c.sessionToken ?? undefined },
  });
  tokens.push(await signer.getAuthToken());
}
process.stdout.write(JSON.stringify(tokens));
