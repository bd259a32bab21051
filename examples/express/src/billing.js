// All that talks to Stripe. The webhook handler is the only code that writes an entitlement.

import Stripe from "stripe";
import { NOTHING, isLive, reading } from "./entitlements.js";
import { locked } from "./locks.js";
import { isOffer } from "./plans.js";

const TYPES = new Set([
  "customer.deleted",
  "checkout.session.completed",
  "checkout.session.expired",
  "checkout.session.async_payment_succeeded",
  "checkout.session.async_payment_failed",
  "invoice.paid",
  "invoice.payment_failed",
]);
const CHECKOUT_OVER = new Set(["checkout.session.completed", "checkout.session.expired"]);

/** A refusal that a user can be told of. */
export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

export function stripeFor({ stripeKey, stripeBase }) {
  const there = stripeBase && {
    host: stripeBase.hostname,
    port: stripeBase.port,
    protocol: stripeBase.protocol.replace(":", ""),
  };
  // Stripe waits some ten seconds for the answer to a webhook, and we call it meanwhile.
  return new Stripe(stripeKey, { timeout: 10_000, maxNetworkRetries: 2, ...there });
}

export class Billing {
  constructor(settings, store, stripe = stripeFor(settings)) {
    Object.assign(this, { settings, store, stripe });
  }

  // --- what pages read; none of it changes anything --------------------------------------------

  entitlement(organisation) {
    const told = this.store.get("entitlements", organisation) ?? NOTHING;
    const bought = this.store.get("organisations", organisation).checkout;
    return { ...told, pending: Boolean(bought) && !told.access };
  }

  /** What the return page shows. Coming back proves nothing: the address can be typed and reloaded. */
  async returned(organisation) {
    return this.entitlement(organisation);
  }

  // --- what a signed-in owner does -------------------------------------------------------------

  async upgrade(user, organisation, lookupKey) {
    this.#requireOwner(user, organisation);
    if (!isOffer(lookupKey)) throw new Refusal(422, "unknown_plan", `There is no plan "${lookupKey}".`);
    return locked(organisation, async () => {
      const customer = await this.#customer(user, organisation);
      await this.#refuseSecond(organisation, customer);
      const session = await this.stripe.checkout.sessions.create({
        mode: "subscription",
        customer,
        line_items: [{ price: await this.#price(lookupKey), quantity: 1 }],
        // Stripe fills in the braces: they must reach it as they are.
        success_url: `${this.settings.appUrl}/billing/return?session_id={CHECKOUT_SESSION_ID}`,
        cancel_url: `${this.settings.appUrl}/billing/plans`,
        subscription_data: { metadata: { organisation } },
      });
      this.#change(organisation, { checkout: session.id });
      return session.url;
    });
  }

  /** A fresh session a click; neither stored nor logged: it is a key to somebody's billing. */
  async openPortal(user, organisation) {
    this.#requireOwner(user, organisation);
    const { customer } = this.store.get("organisations", organisation);
    if (!customer) throw new Refusal(409, "no_customer", "You have no subscription yet. Choose a plan first.");
    const session = await this.stripe.billingPortal.sessions.create({
      customer,
      configuration: this.settings.portalConfiguration,
      return_url: `${this.settings.appUrl}/billing/return?from=portal`,
    });
    return session.url;
  }

  // --- what a webhook does ---------------------------------------------------------------------

  /** `body` is the Buffer exactly as it came. Throws Stripe's error where the signature does not fit. */
  async receive(body, signature) {
    return this.handle(this.stripe.webhooks.constructEvent(body, signature, this.settings.webhookSecret));
  }

  /**
   * An event is a hint that something about a customer changed, not the change: Stripe delivers at
   * least once and in no particular order. So what holds now is fetched, and fetch and write are one
   * thing under the organisation's lock: a picture fetched earlier is never written later. If Stripe
   * cannot be asked, nothing is kept, and the error makes Stripe deliver the event again.
   */
  async handle(event) {
    if (!event.type.startsWith("customer.subscription.") && !TYPES.has(event.type)) return "ignored";
    const organisation = this.organisationOf(event);
    if (!organisation) return "ignored";
    return locked(organisation, async () => {
      if (this.store.get("events", event.id)) return "duplicate";
      // While this waited, the customer may have been deleted: then it is nobody's any more.
      if (this.organisationOf(event) !== organisation) return "ignored";
      this.store.commit([
        ["events", event.id, event.type],
        ...(await this.effects(event, organisation)),
      ]);
      return "written";
    });
  }

  /** The writes that an event leads to. */
  async effects(event, organisation) {
    const now = { ...this.store.get("organisations", organisation) };
    const customer = customerOf(event);
    const gone = event.type === "customer.deleted";
    const found = gone ? this.lastSubscriptionsOf(customer) : this.subscriptionsOf(customer);
    const entitlement = reading(await found);
    const over = CHECKOUT_OVER.has(event.type) && event.data.object.id === now.checkout;
    if (over || entitlement.access) now.checkout = null;
    // A deletion cannot be undone: the next purchase needs a new customer.
    if (gone) Object.assign(now, { customer: null, deleted: customer, checkout: null });
    return [
      ["organisations", organisation, now],
      ["entitlements", organisation, entitlement],
    ];
  }

  organisationOf(event) {
    const customer = customerOf(event);
    const organisation = this.store.get("customers", customer);
    return organisation && this.store.get("organisations", organisation).customer === customer ? organisation : null;
  }

  /** All of them: without `status: "all"` those that ended are left out. */
  async subscriptionsOf(customer) {
    const found = [];
    const pages = this.stripe.subscriptions.list({ customer, status: "all", limit: 100 });
    for await (const subscription of pages) found.push(subscription);
    return found;
  }

  /** The same of a customer who was deleted: all have ended, and Stripe may have nothing left to say. */
  async lastSubscriptionsOf(customer) {
    try {
      return await this.subscriptionsOf(customer);
    } catch (fault) {
      if (fault.code !== "resource_missing") throw fault;
      return [];
    }
  }

  // --- inside ----------------------------------------------------------------------------------

  /** The role is looked up each time: nothing that a browser sends can name a better one. */
  #requireOwner(user, organisation) {
    const role = this.store.get("memberships", `${user}/${organisation}`);
    if (role !== "owner") throw new Refusal(403, "forbidden", "Only an owner can see to the billing.");
  }

  #change(organisation, changes, ...more) {
    const before = this.store.get("organisations", organisation);
    this.store.commit([["organisations", organisation, { ...before, ...changes }], ...more]);
  }

  /** The organisation's customer, made the first time, and kept before the browser leaves. */
  async #customer(user, organisation) {
    const { customer, deleted, name } = this.store.get("organisations", organisation);
    if (customer) return customer;
    // Should the answer be lost, the next try gets the same customer; after a deletion, a new one.
    const key = `customer-${this.store.get("installation", "name")}-${organisation}-${deleted ?? ""}`;
    const { email } = this.store.get("users", user);
    const made = await this.stripe.customers.create({ email, name, metadata: { organisation } }, { idempotencyKey: key });
    this.#change(organisation, { customer: made.id }, ["customers", made.id, organisation]);
    return made.id;
  }

  /** A page left open in another tab is closed first, so that the two cannot both be paid. */
  async #refuseSecond(organisation, customer) {
    const { checkout } = this.store.get("organisations", organisation);
    if (checkout) {
      try {
        await this.stripe.checkout.sessions.expire(checkout);
      } catch (fault) {
        if (fault.type !== "StripeInvalidRequestError") throw fault; // it was over already
      }
    }
    if ((await this.subscriptionsOf(customer)).some(isLive)) {
      throw new Refusal(409, "already_subscribed", "You have a subscription already. Change it under Manage billing.");
    }
  }

  async #price(lookupKey) {
    const { data } = await this.stripe.prices.list({ lookup_keys: [lookupKey], active: true, limit: 1 });
    if (!data.length) throw new Error(`no active price has the lookup key ${lookupKey}: run npm run seed`);
    return data[0].id;
  }
}

/** The id, whether Stripe gave it or the expanded object. */
function customerOf({ type, data: { object } }) {
  if (type === "customer.deleted") return object.id;
  return object.customer?.id ?? object.customer ?? null;
}
