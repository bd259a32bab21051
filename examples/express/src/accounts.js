// Users, organisations, invitations and the signed session cookie.

import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const COOKIE = "session";
const WEEK = 7 * 24 * 3600;
const PASSWORD_MIN = 8;

export class Accounts {
  constructor(settings, store) {
    Object.assign(this, { settings, store });
  }

  /** A new user, owner of a new organisation; `null` where the e-mail is taken or something is missing. */
  async signUp({ email, password, organisation: name }) {
    return text(name) ? this.#register(email, password, { name: text(name) }) : null;
  }

  isTaken(email) {
    return this.store.get("emails", tidy(email)) !== undefined;
  }

  async signIn({ email, password }) {
    const user = this.store.get("users", this.store.get("emails", tidy(email)) ?? "");
    // Somebody unknown takes as long as a wrong password, so that nobody learns who is a customer.
    const found = await digest(text(password), user?.salt ?? "");
    return user && same(user.digest, found) ? { user: user.id, organisation: user.organisation } : null;
  }

  /** The secret of a link with which one e-mail address may join; once, for then it is taken. */
  invitation(organisation, email) {
    return this.#sealed({ organisation, email: tidy(email) });
  }

  /** Takes the seat as a member, who sees the plan and cannot touch the billing. */
  async join(secret, { password }) {
    const invited = this.#opened(secret);
    return invited?.email ? this.#register(invited.email, password, { joins: invited.organisation }) : null;
  }

  /** Who is signed in, as the store has it now; a cookie of somebody who left is worth nothing. */
  from(request) {
    const cookies = (request.headers.cookie ?? "").split(/;\s*/);
    const cookie = cookies.find((each) => each.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
    const { user, organisation } = this.#opened(cookie) ?? {};
    return user && this.roleOf(user, organisation) ? { user, organisation } : null;
  }

  cookie(member) {
    const secure = this.settings.appUrl.startsWith("https:") ? "; Secure" : "";
    return `${COOKIE}=${this.#sealed(member)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${WEEK}${secure}`;
  }

  roleOf(user, organisation) {
    return this.store.get("memberships", `${user}/${organisation}`);
  }

  async #register(email, password, { name, joins }) {
    if (!tidy(email).includes("@") || text(password).length < PASSWORD_MIN) return null;
    const salt = randomBytes(16).toString("base64url");
    const hashed = await digest(password, salt);
    // Nothing is awaited from here on: of two who sign up with one address, one finds it taken.
    if (this.store.get("emails", tidy(email))) return null;
    const user = String(this.store.count("users") + 1);
    const organisation = joins ?? String(this.store.count("organisations") + 1);
    const founded = { id: organisation, name, customer: null, deleted: null, checkout: null };
    this.store.commit([
      ...(joins ? [] : [["organisations", organisation, founded]]),
      ["emails", tidy(email), user],
      ["users", user, { id: user, email: tidy(email), organisation, salt, digest: hashed }],
      ["memberships", `${user}/${organisation}`, joins ? "member" : "owner"],
    ]);
    return { user, organisation };
  }

  #sealed(said) {
    const until = Math.floor(Date.now() / 1000) + WEEK;
    const body = Buffer.from(JSON.stringify({ ...said, until })).toString("base64url");
    return `${body}.${this.#signature(body)}`;
  }

  /** What was sealed here within a week, or `null`. */
  #opened(sealed) {
    const [body, signature] = (sealed ?? "").split(".");
    if (!signature || !same(signature, this.#signature(body))) return null;
    const said = JSON.parse(Buffer.from(body, "base64url"));
    return said.until > Date.now() / 1000 ? said : null;
  }

  #signature(body) {
    return createHmac("sha256", this.settings.sessionSecret).update(body).digest("base64url");
  }
}

// A field of a form or of JSON may be anything.
const text = (value) => (typeof value === "string" ? value.trim() : "");
const tidy = (email) => text(email).toLowerCase();
const digest = async (password, salt) => (await promisify(scrypt)(password, salt, 32)).toString("base64url");

function same(a, b) {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
