"""Whether the whole of a schedule's phase is a trial."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-07-29.dahlia",
    summary="A phase of a subscription schedule says whether all of it is a trial.",
    page="https://docs.stripe.com/changelog/dahlia/2026-07-29/subscription-schedule-phases-trial-property",
    shapes={"subscription_schedule": Shape(added=("phases.trial",))},
)
