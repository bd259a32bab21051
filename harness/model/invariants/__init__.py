"""The invariants, by name. To add one: a file with its class, and a line here.

The order is the order of telling when several break in the same moment: the more particular first.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.model.invariants.authentic import Authentic
from harness.model.invariants.converges import Converges
from harness.model.invariants.fresh_session import FreshSession
from harness.model.invariants.grant_once import GrantOnce
from harness.model.invariants.history_independent import HistoryIndependent
from harness.model.invariants.idempotent import Idempotent
from harness.model.invariants.judgement import KEPT, Invariant, Judgement, Kept, Violation
from harness.model.invariants.monotonic import Monotonic
from harness.model.invariants.no_customer import NoCustomer
from harness.model.invariants.no_local_proration import NoLocalProration
from harness.model.invariants.no_phantom_grant import NoPhantomGrant
from harness.model.invariants.one_customer import OneCustomer
from harness.model.invariants.one_subscription import OneSubscription
from harness.model.invariants.one_trial import OneTrial
from harness.model.invariants.paid_access_kept import PaidAccessKept
from harness.model.invariants.plan_fidelity import PlanFidelity
from harness.model.invariants.return_is_navigation import ReturnIsNavigation
from harness.model.invariants.single_writer import SingleWriter
from harness.model.invariants.tenant_isolation import TenantIsolation
from harness.model.invariants.tolerant import Tolerant
from harness.model.invariants.truthful_ack import TruthfulAck
from harness.model.invariants.unpaid_access_ends import UnpaidAccessEnds

_ALL: tuple[Invariant, ...] = (
    Authentic(),
    Tolerant(),
    OneCustomer(),
    TenantIsolation(),
    SingleWriter(),
    ReturnIsNavigation(),
    OneSubscription(),
    OneTrial(),
    FreshSession(),
    NoCustomer(),
    NoPhantomGrant(),
    PaidAccessKept(),
    GrantOnce(),
    TruthfulAck(),
    Monotonic(),
    UnpaidAccessEnds(),
    Idempotent(),
    PlanFidelity(),
    NoLocalProration(),
    Converges(),
    HistoryIndependent(),
)
INVARIANTS: Mapping[str, Invariant] = {invariant.name: invariant for invariant in _ALL}

__all__ = ["INVARIANTS", "KEPT", "Invariant", "Judgement", "Kept", "Violation"]
