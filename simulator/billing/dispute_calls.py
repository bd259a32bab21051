"""The endpoints of disputes and of early fraud warnings (docs.stripe.com/api/disputes,
api/radar/early_fraud_warnings).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.balance import with_entries
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    unset,
)
from simulator.billing.disputes import CLOSED, close, foresee_decision
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return with_entries(world, addressed(world, "dispute", call.path["dispute"], "dispute"))


def list_all(world: World, call: Call) -> Listing:
    params = call.only("charge", "created", "payment_intent")
    for name in ("charge", "payment_intent"):
        if params.get(name):
            existing(world, name, params[name], name)
            return Listing("dispute", name, params[name])
    return Listing("dispute")


def update(world: World, call: Call) -> Obj:
    """Stage evidence, or submit it, as is the default; it can be submitted once."""
    params = call.only("evidence", "intended_submission_method", "metadata", "submit")
    dispute = addressed(world, "dispute", call.path["dispute"], "dispute")
    changes: Obj = {}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(dispute["metadata"], params["metadata"])
    if params.get("intended_submission_method"):
        changes["intended_submission_method"] = params["intended_submission_method"]
    given = params.get("evidence") or {}
    submits = bool(given or "submit" in params) and params.get("submit", True)
    if given or submits:
        _refuse_evidence(dispute)
        changes.update(_with_evidence(dispute, given, submits=submits))
    with world.transaction():
        changed = world.change("dispute", dispute["id"], changes, "charge.dispute.updated")
        if submits:
            foresee_decision(world, changed)
        return changed


def _refuse_evidence(dispute: Obj) -> None:
    if dispute["status"] in CLOSED:
        raise StripeError("This dispute is already closed.")
    if dispute["evidence_details"]["submission_count"]:
        raise StripeError("Evidence for this dispute has already been submitted to the bank.")


def _with_evidence(dispute: Obj, given: Mapping[str, Any], *, submits: bool) -> Obj:
    for name in ("appeal", "enhanced_evidence"):
        if given.get(name):
            raise not_simulated(f"evidence[{name}]", param=f"evidence[{name}]")
    evidence = {**dispute["evidence"], **{name: unset(value) for name, value in given.items()}}
    staged = any(value for name, value in evidence.items() if name != "enhanced_evidence")
    details = {**dispute["evidence_details"], "has_evidence": staged}
    if not submits:
        return {"evidence": evidence, "evidence_details": details}
    inquiry = dispute["status"].startswith("warning")
    return {
        "evidence": evidence,
        "evidence_details": {**details, "submission_count": 1, "submission_method": "manual"},
        "status": "warning_under_review" if inquiry else "under_review",
    }


def close_call(world: World, call: Call) -> Obj:
    call.only()
    dispute = addressed(world, "dispute", call.path["dispute"], "dispute")
    if dispute["status"] in CLOSED:
        raise StripeError("This dispute is already closed.")
    return close(world, dispute)


_WARNING = "radar.early_fraud_warning"


def retrieve_warning(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, _WARNING, call.path["early_fraud_warning"], "early_fraud_warning")


def list_warnings(world: World, call: Call) -> Listing:
    params = call.only("charge", "created", "payment_intent")
    wanted = {name: params[name] for name in ("charge", "payment_intent") if params.get(name)}
    return Listing(
        _WARNING, keep=lambda one: all(one[name] == value for name, value in wanted.items())
    )


HANDLERS: dict[str, Handler] = {
    "GET /v1/disputes": list_all,
    "GET /v1/disputes/{dispute}": retrieve,
    "POST /v1/disputes/{dispute}": update,
    "POST /v1/disputes/{dispute}/close": close_call,
    "GET /v1/radar/early_fraud_warnings": list_warnings,
    "GET /v1/radar/early_fraud_warnings/{early_fraud_warning}": retrieve_warning,
}
