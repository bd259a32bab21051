// The pages, as strings; whatever a customer typed is escaped.

import { OFFERS, PLANS } from "./plans.js";

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

const frame = (title, body, head = "") => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>${head}
<style>body{font:1rem/1.5 system-ui;max-width:38rem;margin:3rem auto;padding:0 1rem}
button{font:inherit;padding:.4rem .8rem}.note{background:#fff3cd;padding:.6rem 1rem}</style></head>
<body><h1>${escaped(title)}</h1>${body}</body></html>`;

const button = (action, words, fields = "") =>
  `<form method="post" action="${action}">${fields}<button>${words}</button></form>`;

const email = `<p><label>E-mail <input name="email" type="email" required></label></p>`;
const password = `<p><label>Password <input name="password" type="password" minlength="8" required></label></p>`;

export const entrance = (next) =>
  frame("Baize", `<h2>Sign in</h2>${button("/signin", "Sign in",
    `<input type="hidden" name="next" value="${escaped(next)}">${email}${password}`)}
<h2>Sign up</h2>${button("/signup", "Sign up",
    `${email}${password}<p><label>Organisation <input name="organisation" required></label></p>`)}`);

export const join = (secret) =>
  frame("Join", button(`/join/${encodeURIComponent(secret)}`, "Join", password));

/** This app sends no mail: the link is shown to who invited, to pass on. */
export const invited = (secret) =>
  frame("Invited", `<p>Pass this link on: <code>/join/${escaped(secret)}</code></p><p><a href="/billing">Billing</a></p>`);

export function billing(organisation, entitlement, isOwner) {
  const { plan, status } = entitlement;
  const ends = entitlement.cancel_at ?? entitlement.current_period_end;
  const notes = [
    entitlement.winding_down && ends && `Your plan ends on ${day(ends)}. Until then nothing changes.`,
    ["past_due", "unpaid"].includes(status) && "The last payment failed. Please see to your card.",
    entitlement.pending && "Your purchase is being confirmed.",
  ].filter(Boolean);
  return frame(organisation.name, `${notes.map((note) => `<p class="note">${note}</p>`).join("")}
<p>Plan: <strong>${escaped(PLANS[plan]?.title ?? "Free")}</strong></p>${isOwner ? ownersPart(organisation) : ""}`);
}

/** Who never bought anything has no portal to go to. */
const ownersPart = ({ customer }) => `
${customer ? button("/billing/portal", "Manage billing on Stripe") : ""}<p><a href="/billing/plans">All plans</a></p>
<h2>Invite somebody</h2>${button("/invitations", "Make a link", email)}`;

export const plans = () =>
  frame("Choose a plan", Object.entries(OFFERS).map(([key, plan]) =>
    button("/billing/upgrade", `Subscribe to ${PLANS[plan].title}`, `<input type="hidden" name="plan" value="${key}">`)).join("<br>"));

/** Pending until the webhook has landed; it asks again by itself, and gives up kindly. */
export function returned(entitlement, { fromCheckout, tries }) {
  if (!fromCheckout || entitlement.access) {
    return frame("Welcome back", `<p>Plan: ${escaped(PLANS[entitlement.plan]?.title ?? "Free")}</p><p><a href="/billing">Billing</a></p>`);
  }
  if (tries >= 20) {
    return frame("Thank you", "<p>The confirmation takes longer than usual. You need not wait: your plan starts by itself.</p><p><a href=\"/billing\">Billing</a></p>");
  }
  const again = `<meta http-equiv="refresh" content="2;url=/billing/return?session_id=pending&amp;try=${tries + 1}">`;
  return frame("Thank you", "<p>Your purchase is being confirmed.</p>", again);
}

export const problem = (message) => frame("That did not work", `<p>${escaped(message)}</p><p><a href="/billing">Back</a></p>`);
