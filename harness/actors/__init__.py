"""Who takes steps in a story: the customer and a stranger, the app's support staff, the courier,
time, the app itself, and what was recorded elsewhere.

Each actor has a table from verb (see `scenarios.phrases`) to a generator of moments.
"""

from harness.actors import app, clock, courier, customer, recording, stranger, support
from harness.actors.moment import Moment, StepImpossible, Verb

VERBS: dict[str, dict[str, Verb]] = {
    "app": app.VERBS,
    "clock": clock.VERBS,
    "courier": courier.VERBS,
    "customer": customer.VERBS,
    "recording": recording.VERBS,
    "stranger": stranger.VERBS,
    "support": support.VERBS,
}

__all__ = ["VERBS", "Moment", "StepImpossible"]
