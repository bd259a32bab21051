"""Who takes steps in a story: the customer, the app's support staff, the courier, and time.

Each actor has a table from verb (see `scenarios.phrases`) to a generator of moments.
"""

from harness.actors import clock, courier, customer, support
from harness.actors.moment import Moment, StepImpossible, Verb

VERBS: dict[str, dict[str, Verb]] = {
    "clock": clock.VERBS,
    "courier": courier.VERBS,
    "customer": customer.VERBS,
    "support": support.VERBS,
}

__all__ = ["VERBS", "Moment", "StepImpossible"]
