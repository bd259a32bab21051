// The picture in the event is taken for what holds now. Breaks `converges`: old news wins.

import { Billing } from "../billing.js";
import { reading } from "../entitlements.js";

export default class extends Billing {
  async effects(event, organisation) {
    const [kept, written] = await super.effects(event, organisation);
    if (!event.type.startsWith("customer.subscription.")) return [kept];
    const [table, key] = written;
    return [kept, [table, key, reading([event.data.object])]];
  }
}
