"""A refusal as an answer (docs.stripe.com/api/errors): made here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.api.render import render
from simulator.contract import StripeError

NOT_SIMULATED = 501
DOCUMENTATION = "https://stripe.com/docs/error-codes/"
UNDOCUMENTED = frozenset(
    {"invalid_fields", "not_found", "property_expansion_max_depth"}
)  # codes that Stripe sends without a page
LOGS = "https://dashboard.stripe.com/{account}/test/workbench/logs?object={request}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Status, headers of its own and body of a refusal."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = field(default=())


def refusal(error: StripeError, *, account: str = "", request_id: str = "") -> Refusal:
    """The answer to a refused request; `account` and `request_id` once the key is known."""
    shown = error.shown()
    code = error.code
    if code is not None and code not in UNDOCUMENTED and error.status != NOT_SIMULATED:
        shown["doc_url"] = DOCUMENTATION + code.replace("_", "-")
    if request_id:
        shown["request_log_url"] = LOGS.format(account=account, request=request_id)
    headers: tuple[tuple[str, str], ...] = ()
    if error.status == 401:
        headers = (("WWW-Authenticate", 'Bearer realm="Stripe"'),)
    return Refusal(error.status, render({"error": shown}) + b"\n", headers)
