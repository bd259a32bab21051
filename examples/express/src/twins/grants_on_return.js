// Coming back from Stripe refreshes the entitlement: a second writer. Breaks `single-writer`.

import { Billing } from "../billing.js";
import { reading } from "../entitlements.js";

export default class extends Billing {
  async returned(organisation) {
    const { customer } = this.store.get("organisations", organisation);
    if (customer) {
      const now = reading(await this.subscriptionsOf(customer));
      this.store.commit([["entitlements", organisation, now]]);
    }
    return this.entitlement(organisation);
  }
}
