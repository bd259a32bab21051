// What a customer's subscriptions amount to. A pure function of what Stripe says now.

import { PLANS, planOf } from "./plans.js";

// `past_due`: Stripe is still trying to collect. Access ends when Stripe gives up.
const GRANTS = new Set(["active", "trialing", "past_due"]);
const LIVE = new Set([...GRANTS, "paused", "unpaid"]);

export const NOTHING = {
  plan: "free",
  status: "none",
  access: false,
  cancel_at_period_end: false,
  cancel_at: null,
  current_period_end: null,
  winding_down: false,
};

/** Whether it is, or can come back to, being billed for one of our plans. */
export const isLive = (subscription) => LIVE.has(subscription.status) && itemOf(subscription) !== null;

/** The entitlement that these subscriptions (all of a customer's, ended ones too) give. */
export function reading(subscriptions) {
  const ours = subscriptions.filter((each) => itemOf(each) !== null);
  const best = ours.sort(better)[0];
  if (!best) return NOTHING;
  const { plan, item } = itemOf(best);
  const access = GRANTS.has(best.status);
  return {
    plan: access ? plan : "free",
    status: best.status,
    access,
    cancel_at_period_end: best.cancel_at_period_end,
    cancel_at: best.cancel_at ?? null,
    // On the item since API version 2025-03-31.basil, on the subscription before.
    current_period_end: item.current_period_end ?? best.current_period_end ?? null,
    // Two shapes of one thing: the portal sets cancel_at under flexible billing mode.
    winding_down: access && (best.cancel_at_period_end || best.cancel_at != null),
  };
}

function better(a, b) {
  const weight = (each) => [
    GRANTS.has(each.status) ? 1 : 0,
    LIVE.has(each.status) ? 1 : 0,
    PLANS[itemOf(each).plan].rank,
    each.created,
  ];
  const [left, right] = [weight(a), weight(b)];
  const place = left.findIndex((value, n) => value !== right[n]);
  return place < 0 ? 0 : right[place] - left[place];
}

/** The item that decides the plan, whatever its place among add-ons. */
function itemOf(subscription) {
  const known = subscription.items.data
    .map((item) => ({ item, plan: planOf(item.price) }))
    .filter(({ plan }) => plan !== null);
  return known.sort((a, b) => PLANS[b.plan].rank - PLANS[a.plan].rank)[0] ?? null;
}
