// An app with accounts and a paid plan, all of it better-auth's own: its users, its Stripe plugin,
// its routes. What it imports stands in the folder that CLIENT_IN names; address and key of Stripe
// come from outside, too. Prints the address it serves when it is ready.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { CAROM_KEY, CAROM_URL, CLIENT_IN, PLANS } = process.env;
const require = createRequire(`${CLIENT_IN}/`);
const load = async (name) => await import(pathToFileURL(require.resolve(name)).href);

const { betterAuth } = await load("better-auth");
const { memoryAdapter } = await load("better-auth/adapters/memory");
const { toNodeHandler } = await load("better-auth/node");
const { stripe } = await load("@better-auth/stripe");
const { default: Stripe } = await load("stripe");

const { hostname, port } = new URL(CAROM_URL);
const stripeClient = new Stripe(CAROM_KEY, { protocol: "http", host: hostname, port });

const tables = { user: [], session: [], account: [], verification: [], subscription: [] };
const heard = [];
let handle;

const server = createServer((request, response) => {
  if (request.url === "/rows") {
    response.end(JSON.stringify({ ...tables, heard }));
  } else {
    handle(request, response);
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${server.address().port}`;

const endpoint = await stripeClient.webhookEndpoints.create({
  url: `${address}/api/auth/stripe/webhook`,
  enabled_events: ["*"],
  api_version: Stripe.API_VERSION,
});

const auth = betterAuth({
  baseURL: address,
  secret: "for tests alone, and therefore long enough",
  database: memoryAdapter(tables),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  trustedOrigins: [address],
  plugins: [
    stripe({
      stripeClient,
      stripeWebhookSecret: endpoint.secret,
      createCustomerOnSignUp: true,
      onEvent: async (event) => void heard.push(event.id),
      subscription: { enabled: true, plans: JSON.parse(PLANS) },
    }),
  ],
});
handle = toNodeHandler(auth);
console.log(address);
