// A cancellation for the end of the period ends access at once. Breaks `paid-access-kept`.

import { Billing } from "../billing.js";

export default class extends Billing {
  async effects(event, organisation) {
    const [kept, [table, key, now]] = await super.effects(event, organisation);
    const ended = now.winding_down ? { ...now, plan: "free", access: false } : now;
    return [kept, [table, key, ended]];
  }
}
