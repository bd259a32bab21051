// The plans, and which one a Stripe price stands for: by lookup key, never by id, since ids differ
// between accounts and change when a price is made anew. A price that has lost its key to a newer
// one is known by its metadata.

export const PLANS = { basic: { title: "Basic", rank: 1 }, pro: { title: "Pro", rank: 2 } };
export const OFFERS = { basic_monthly: "basic", pro_monthly: "pro" };

/** Of other products' prices, which are not ours to name, none. */
export function planOf({ lookup_key: key, metadata }) {
  const name = isOffer(key) ? OFFERS[key] : metadata?.plan;
  return Object.hasOwn(PLANS, name ?? "") ? name : null;
}

// Not `in`: every object has a "constructor".
export const isOffer = (key) => Object.hasOwn(OFFERS, key ?? "");
