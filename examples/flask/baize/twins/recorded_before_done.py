"""An event is recorded as handled before it is handled.

If Stripe cannot be asked a moment later, it delivers the event again, and the app says that it
knows it already: the change never arrives. Breaks `truthful-ack`.
"""

from __future__ import annotations

from baize.billing import Billing, Event
from baize.entitlements import reading


class Twin(Billing):
    def settle(self, event: Event, organisation: int) -> str:
        if self.knows(event):
            return "duplicate"
        with self.database.settling() as db:
            db.execute("INSERT INTO events VALUES (?, ?)", [event["id"], event["type"]])
        self.keep(event, organisation, reading(self.subscriptions_of(event)))
        return "written"
