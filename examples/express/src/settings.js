// Everything that differs between deployments, read from the environment and from nowhere else.

import { randomBytes } from "node:crypto";

/** @returns {{stripeKey: string, stripeBase: URL | null, webhookSecret: string, sessionSecret: string,
 *   appUrl: string, port: number, journal: string, portalConfiguration: string | undefined}} */
export function settingsFrom(environment) {
  const required = (name, hint) => {
    const value = (environment[name] ?? "").trim();
    if (!value) throw new Error(`${name} is not set: ${hint}`);
    return value;
  };
  const base = environment.STRIPE_API_BASE?.trim();
  return {
    stripeKey: required("STRIPE_API_KEY", "use a test key, sk_test_..."),
    // Where Stripe is. Leave it out in production; a local Stripe is the only reason to set it.
    stripeBase: base ? new URL(base) : null,
    webhookSecret: required("STRIPE_WEBHOOK_SECRET", "the endpoint's signing secret, whsec_..."),
    sessionSecret: environment.SESSION_SECRET?.trim() || randomBytes(32).toString("base64url"),
    appUrl: required("APP_URL", "the origin of this app, https://app.example.com").replace(/\/$/, ""),
    port: Number(environment.PORT ?? 3000),
    journal: environment.JOURNAL?.trim() || "baize.jsonl",
    portalConfiguration: environment.STRIPE_PORTAL_CONFIGURATION?.trim() || undefined,
  };
}
