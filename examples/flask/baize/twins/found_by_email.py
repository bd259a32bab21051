"""The organisation is found by the customer's e-mail, as it was when they signed up.

E-mails change, at Stripe without asking the app: from then on its webhooks are about nobody.
Breaks `converges`.
"""

from __future__ import annotations

from baize.billing import Billing, Event, customer_of


class Twin(Billing):
    def organisation_of(self, event: Event) -> int | None:
        customer = customer_of(event)
        if customer is None:
            return None
        email = self.stripe.v1.customers.retrieve(customer).to_dict().get("email")
        with self.database.reading() as db:
            found = db.execute("SELECT organisation FROM users WHERE email = ?", [email]).fetchone()
        return found["organisation"] if found else None
