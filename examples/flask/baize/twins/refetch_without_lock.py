"""What holds now is fetched before the lock is taken, and written after.

One handler fetches and is held up; another fetches newer news and writes it; then the first writes
what it had fetched. No friendly order shows it: `carom check --explore` does. Breaks `monotonic`.
"""

from __future__ import annotations

from baize.billing import Billing, Event
from baize.entitlements import reading


class Twin(Billing):
    def handle(self, event: Event) -> str:
        organisation = self.organisation_of(event)
        if organisation is None:
            return "ignored"
        now = reading(self.subscriptions_of(event))
        with self.alone(organisation):
            if self.knows(event):
                return "duplicate"
            self.keep(event, organisation, now)
        return "written"
