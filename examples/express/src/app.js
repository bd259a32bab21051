// Which path does what. Nothing here talks to Stripe.

import express from "express";
import { Accounts } from "./accounts.js";
import { Refusal } from "./billing.js";
import * as pages from "./pages.js";

const PROTECTION = {
  "Cache-Control": "no-store",
  "Referrer-Policy": "same-origin", // ids of Checkout sessions are in our addresses
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

export function createApp(settings, store, billing) {
  const app = express();
  const accounts = new Accounts(settings, store);
  app.disable("x-powered-by");

  // Before any body parser: the signature is over the bytes as they came.
  app.post("/webhooks/stripe", express.raw({ type: "*/*", limit: "1mb" }), async (request, response) => {
    try {
      response.json({ outcome: await billing.receive(request.body, request.get("stripe-signature") ?? "") });
    } catch (fault) {
      if (fault.type !== "StripeSignatureVerificationError") throw fault;
      throw new Refusal(400, "bad_signature", fault.message.trim().split("\n")[0]);
    }
  });

  app.use(express.urlencoded({ extended: false }), express.json(), (request, response, next) => {
    response.set(PROTECTION);
    const origin = request.get("origin");
    if (request.method === "POST" && origin && origin !== settings.appUrl) {
      throw new Refusal(403, "foreign_form", "This form came from another site.");
    }
    next();
  });
  app.get("/health", (_, response) => response.json({ status: "ok" }));
  app.get("/", (_, response) => response.redirect(303, "/billing"));
  addEntrance(app, accounts);

  // From here on, only for those who are signed in.
  app.use((request, response, next) => {
    request.member = accounts.from(request);
    if (request.member) return next();
    if (request.method !== "GET" || wantsJson(request)) throw new Refusal(401, "signed_out", "Please sign in.");
    response.redirect(303, `/signin?next=${encodeURIComponent(request.originalUrl)}`);
  });
  addBilling(app, store, billing, accounts);
  app.use(() => {
    throw new Refusal(404, "not_found", "There is no such page.");
  });
  app.use(answerFault);
  return app;
}

/** Signing up, signing in, and taking a seat that was offered. */
function addEntrance(app, accounts) {
  const enter = (response, member, next) => {
    if (!member) throw new Refusal(422, "not_possible", "Something is missing, or wrong.");
    response.set("Set-Cookie", accounts.cookie(member)).redirect(303, next);
  };
  app.get("/signin", ({ query }, response) => response.send(pages.entrance(String(query.next ?? ""))));
  app.post("/signup", async ({ body = {} }, response) => {
    if (accounts.isTaken(body.email)) throw new Refusal(409, "email_taken", "That e-mail is taken.");
    enter(response, await accounts.signUp(body), "/billing");
  });
  app.post("/signin", async ({ body = {} }, response) => {
    // Only to a page of ours: "//elsewhere.example" would be one of somebody else's.
    const next = /^\/billing[/?]/.test(body.next) ? body.next : "/billing";
    enter(response, await accounts.signIn(body), next);
  });
  app.get("/join/:secret", ({ params }, response) => response.send(pages.join(params.secret)));
  app.post("/join/:secret", async ({ params, body = {} }, response) =>
    enter(response, await accounts.join(params.secret, body), "/billing"));
}

function addBilling(app, store, billing, accounts) {
  const isOwner = ({ user, organisation }) => accounts.roleOf(user, organisation) === "owner";
  app.get("/api/entitlement", ({ member }, response) => response.json(billing.entitlement(member.organisation)));
  app.get("/billing", ({ member }, response) => {
    const organisation = store.get("organisations", member.organisation);
    response.send(pages.billing(organisation, billing.entitlement(member.organisation), isOwner(member)));
  });
  app.get("/billing/plans", (_, response) => response.send(pages.plans()));
  app.get("/billing/return", async ({ member, query }, response) => {
    const tries = Number.parseInt(query.try, 10) || 0;
    response.send(pages.returned(await billing.returned(member.organisation), { fromCheckout: "session_id" in query, tries }));
  });
  app.post("/billing/upgrade", async (request, response) => {
    const { user, organisation } = request.member;
    away(request, response, await billing.upgrade(user, organisation, request.body?.plan));
  });
  app.post("/billing/portal", async (request, response) => {
    const { user, organisation } = request.member;
    away(request, response, await billing.openPortal(user, organisation));
  });
  app.post("/invitations", ({ member, body }, response) => {
    if (!isOwner(member)) throw new Refusal(403, "forbidden", "Only an owner can invite.");
    response.send(pages.invited(accounts.invitation(member.organisation, body?.email)));
  });
}

const wantsJson = (request) => request.accepts(["html", "json"]) === "json" || request.path.startsWith("/webhooks/");

function away(request, response, url) {
  if (wantsJson(request)) response.json({ url });
  else response.redirect(303, url);
}

/** Express tells a handler of faults by its four parameters. */
function answerFault(fault, request, response, _) {
  const { status, code, message } = told(fault);
  if (status >= 500) console.error(fault);
  response.status(status);
  if (wantsJson(request)) response.json({ error: { code, message } });
  else response.send(pages.problem(message));
}

function told(fault) {
  if (fault instanceof Refusal) return fault;
  if (fault.type?.startsWith("Stripe")) {
    return { status: 502, code: "stripe_unavailable", message: "Stripe could not be asked. Please try again." };
  }
  // What a body parser finds: a body too long, or not the JSON that it claims to be.
  if (fault.expose) return { status: fault.status, code: "bad_request", message: fault.message };
  return { status: 500, code: "internal", message: "This is our fault and not yours. Please try again." };
}
