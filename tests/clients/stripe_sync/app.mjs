// Stripe Sync Engine with a database of its own, PGlite: Postgres inside this process, behind a
// socket. What it imports stands in the folder that CLIENT_IN names; address and key of Stripe come
// from outside, too. Prints the address it serves when it is ready.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { CAROM_KEY, CAROM_URL, CLIENT_IN } = process.env;
const require = createRequire(`${CLIENT_IN}/`);
const load = async (name) => await import(pathToFileURL(require.resolve(name)).href);

const { PGlite } = await load("@electric-sql/pglite");
const { PGLiteSocketServer } = await load("@electric-sql/pglite-socket");
const { StripeSync, runMigrations } = await load("@supabase/stripe-sync-engine");
const { default: Stripe } = await load("stripe");

const db = await PGlite.create();
const postgres = new PGLiteSocketServer({ db, host: "127.0.0.1", port: 0, maxConnections: 10 });
await postgres.start();
const databaseUrl = `postgresql://postgres@${postgres.getServerConn()}/postgres`;
await runMigrations({ databaseUrl, schema: "stripe" });

const { hostname, port } = new URL(CAROM_URL);
const client = new Stripe(CAROM_KEY, { protocol: "http", host: hostname, port });
const heard = [];
let sync;

const body = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

const rows = async () => {
  const named = "select table_name from information_schema.tables where table_schema = 'stripe'";
  const held = {};
  for (const { table_name } of (await sync.postgresClient.query(named)).rows) {
    held[table_name] = (await sync.postgresClient.query(`select * from stripe.${table_name}`)).rows;
  }
  return { rows: held, heard, version: Stripe.API_VERSION };
};

const webhook = async (request) => {
  const payload = await body(request);
  const { id, type } = JSON.parse(payload);
  let outcome = "synced";
  try {
    await sync.processWebhook(payload, request.headers["stripe-signature"]);
  } catch (error) {
    outcome = error.message;
  }
  heard.push({ id, type, outcome });
};

const routes = {
  "GET /rows": rows,
  "POST /backfill": async () => await sync.syncBackfill({ object: "all" }),
  "POST /webhook": webhook,
};

const server = createServer(async (request, response) => {
  try {
    const answer = await routes[`${request.method} ${request.url}`](request);
    response.end(JSON.stringify(answer ?? {}));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error.stack));
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${server.address().port}`;

const endpoint = await client.webhookEndpoints.create({
  url: `${address}/webhook`,
  enabled_events: ["*"],
  api_version: Stripe.API_VERSION,
});
sync = new StripeSync({
  autoExpandLists: true,
  databaseUrl,
  maxPostgresConnections: 1,
  stripeSecretKey: CAROM_KEY,
  stripeWebhookSecret: endpoint.secret,
});
sync.stripe = client; // which knows where Carom is; the engine has no setting for that
console.log(address);
