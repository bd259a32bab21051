// What an application in Node does with the official package, as stories that tests ask for by name:
//   node stories.mjs STORY URL KEY
// STRIPE_IN names the folder that `stripe` is installed in. A story's result is printed as JSON.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const Stripe = createRequire(join(process.env.STRIPE_IN, 'stories.cjs'))('stripe');
const [story, url, key] = process.argv.slice(2);
const { hostname: host, port } = new URL(url);

function client(apiKey = key, options = {}) {
  return new Stripe(apiKey, { host, port, protocol: 'http', telemetry: false, ...options });
}

const stripe = client();

/** What a call throws, in the SDK's own words. */
async function thrown(call) {
  try {
    await call();
  } catch (error) {
    const { type, statusCode, code, param, decline_code: decline, requestId, message } = error;
    const named = error.constructor.name;
    return { named, type, statusCode, code, param, decline, hasRequest: !!requestId, message };
  }
  return null;
}

/** A webhook endpoint that keeps the raw body and signature of the first `wanted` deliveries. */
async function sink(wanted) {
  const heard = [];
  let enough;
  const all = new Promise((resolve) => (enough = resolve));
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      heard.push({ body, signature: request.headers['stripe-signature'] });
      response.writeHead(200).end();
      if (heard.length === wanted) enough();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/hook`;
  return { address, heard, all, close: () => server.close() };
}

const stories = {
  async objects() {
    const made = await stripe.customers.create({ name: 'Jürgen', metadata: { plan: 'pro' } });
    const changed = await stripe.customers.update(made.id, { metadata: { plan: '', seats: 3 } });
    const found = await stripe.customers.retrieve(made.id);
    const gone = await stripe.customers.del(made.id);
    return {
      name: found.name,
      metadata: changed.metadata,
      request: made.lastResponse.requestId,
      version: made.lastResponse.apiVersion,
      pinned: Stripe.API_VERSION ?? stripe.getApiField('version'),
      deleted: gone.deleted,
    };
  },

  async subscribing() {
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const product = await stripe.products.create({ name: 'Pro' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 1500,
      recurring: { interval: 'month' },
    });
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 2 }],
      default_payment_method: method.id,
      expand: ['latest_invoice', 'items.data.price.product'],
    });
    const [item] = subscription.items.data;
    return {
      status: subscription.status,
      paid: subscription.latest_invoice.amount_paid,
      product: item.price.product.name,
      quantity: item.quantity,
    };
  },

  async pages() {
    const made = [];
    for (let n = 0; n < 7; n += 1) made.push((await stripe.customers.create({ name: 'P' })).id);
    const down = await stripe.customers.list({ limit: 3 }).autoPagingToArray({ limit: 100 });
    const up = [];
    for await (const one of stripe.customers.list({ limit: 3, ending_before: made[0] })) {
      up.push(one.id);
    }
    const search = stripe.customers.search({ query: 'name:"p"', limit: 2 });
    const found = await search.autoPagingToArray({ limit: 100 });
    return { made, down: down.map((one) => one.id), up, found: found.map((one) => one.id) };
  },

  async refusals() {
    const customer = await stripe.customers.create({});
    const payment = { amount: 500, currency: 'usd', confirm: true, customer: customer.id };
    return {
      missing: await thrown(() => stripe.customers.retrieve('cus_x')),
      unknown: await thrown(() => stripe.customers.create({ bogus: 1 })),
      path: await thrown(() => stripe.rawRequest('GET', '/v1/bogus')),
      method: await thrown(() => stripe.rawRequest('DELETE', '/v1/customers')),
      live: await thrown(() => client('sk_live_x').customers.list()),
      declined: await thrown(() =>
        stripe.paymentIntents.create({
          ...payment,
          payment_method: 'pm_card_chargeDeclinedInsufficientFunds',
          return_url: 'https://example.com',
        }),
      ),
    };
  },

  async keys() {
    const options = { idempotencyKey: 'once' };
    const first = await stripe.customers.create({ name: 'a' }, options);
    const again = await stripe.customers.create({ name: 'a' }, options);
    return {
      same: first.id === again.id,
      replayed: again.lastResponse.headers['idempotent-replayed'],
      original: again.lastResponse.headers['original-request'] === first.lastResponse.requestId,
      other: await thrown(() => stripe.customers.create({ name: 'b' }, options)),
    };
  },

  async webhooks() {
    const hook = await sink(1);
    const { secret } = await stripe.webhookEndpoints.create({
      url: hook.address,
      enabled_events: ['customer.created'],
    });
    const customer = await stripe.customers.create({ name: 'Zoë 🎱' });
    await hook.all;
    hook.close();
    const [{ body, signature }] = hook.heard;
    const event = stripe.webhooks.constructEvent(body, signature, secret);
    const forged = body.replace('Zoë', 'Zoe');
    return {
      type: event.type,
      about: event.data.object.id === customer.id && event.data.object.name,
      forged: await thrown(() => stripe.webhooks.constructEvent(forged, signature, secret)),
      stranger: await thrown(() => stripe.webhooks.constructEvent(body, signature, 'whsec_x')),
    };
  },

  async retries() {
    const once = client(key, { maxNetworkRetries: 0 });
    const first = await thrown(() => once.customers.create({ name: 'a' }));
    const second = await stripe.customers.create({ name: 'b' });
    return { first, second: second.name };
  },
};

console.log(JSON.stringify(await stories[story]()));
