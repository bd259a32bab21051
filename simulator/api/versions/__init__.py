"""API versions (docs.stripe.com/api/versioning, docs.stripe.com/upgrades).

The World keeps the newest shape. A request names a version by `Stripe-Version`, a webhook endpoint
by its `api_version`; where they do not, the account's default counts. Older parameters are made
newer before they are checked, and answers and webhooks are shown in the older shape, by a chain of
dated changes, one module each, in `changes`.

Fields that were added since 2024-09-30.acacia are missing from versions before, as they are in
recorded traffic and in the SDK of each version; older additions had no version of their own.
Parameters, endpoints and expansions that were added are open to older versions too, a choice where
Stripe does not say. Not simulated: before 2025-03-31.basil the subscription of a Checkout Session
came into being with its first attempt to pay; here it always does when the customer has paid.
"""

from simulator.api.versions.change import Change, Parameters
from simulator.api.versions.edition import Accepted, Edition, edition_of, event_in
from simulator.api.versions.endpoint import Endpoint
from simulator.api.versions.history import history
from simulator.api.versions.known import known, notice, requested
from simulator.api.versions.shape import ABSENT, Includable, Lookup, Plan, Shape
from simulator.api.versions.version import NEWEST, InvalidVersion, Version, parse

__all__ = [
    "ABSENT",
    "NEWEST",
    "Accepted",
    "Change",
    "Edition",
    "Endpoint",
    "Includable",
    "InvalidVersion",
    "Lookup",
    "Parameters",
    "Plan",
    "Shape",
    "Version",
    "edition_of",
    "event_in",
    "history",
    "known",
    "notice",
    "parse",
    "requested",
]
