// `npm run seed`: products, prices and the portal's configuration. Run it as often as you like.

import { stripeFor } from "./billing.js";
import { OFFERS, PLANS } from "./plans.js";

const AMOUNTS_MINOR = { basic_monthly: 1900, pro_monthly: 4900 };
const MARK = { app: "baize-express" };

const base = process.env.STRIPE_API_BASE;
const stripe = stripeFor({ stripeKey: process.env.STRIPE_API_KEY, stripeBase: base ? new URL(base) : null });

const products = [];
for (const [lookup_key, plan] of Object.entries(OFFERS)) {
  const { data } = await stripe.prices.list({ lookup_keys: [lookup_key], active: true, limit: 1 });
  const price =
    data[0] ??
    (await stripe.prices.create({
      product_data: { name: `Baize ${PLANS[plan].title}`, metadata: { ...MARK, plan } },
      currency: "usd",
      unit_amount: AMOUNTS_MINOR[lookup_key],
      recurring: { interval: "month" },
      lookup_key,
      metadata: { ...MARK, plan }, // known by this if the lookup key moves on to a newer price
    }));
  products.push({ product: price.product, prices: [price.id] });
}

const features = {
  customer_update: { enabled: true, allowed_updates: ["email", "name", "address"] },
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true },
  subscription_cancel: { enabled: true, mode: "at_period_end" },
  subscription_update: {
    enabled: true,
    default_allowed_updates: ["price"],
    proration_behavior: "always_invoice",
    products,
  },
};
const there = await stripe.billingPortal.configurations.list({ active: true, limit: 100 });
const mine = there.data.find(({ metadata }) => metadata?.app === MARK.app);
const configuration = mine
  ? await stripe.billingPortal.configurations.update(mine.id, { features })
  : await stripe.billingPortal.configurations.create({ features, metadata: MARK });
console.log(configuration.id);
