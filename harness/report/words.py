"""Moments in short words, for reports. Pure, and without ids: two equal runs read the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from harness.app.protocol import Entitlement
from harness.model.observation import Delivered, Observation

_TELLING = ("checkout.session.", "customer.subscription.", "invoice.paid", "invoice.payment_failed")
_FEW = 2


def instant(at: int) -> str:
    """Stripe's time as `Feb 09 12:00`, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%b %d %H:%M")


def day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%b %d")


def events(names: Sequence[str]) -> list[str]:
    """The telling ones of these events, and how many there are besides."""
    types = [name.partition("#")[0] for name in names]
    telling = [name for name in types if name.startswith(_TELLING)] or types[:_FEW]
    rest = len(types) - len(telling)
    return telling + ([f"+ {rest} more"] if rest else [])


def entitlement(shown: Entitlement | None) -> str:
    """`pro, active, until Feb 09`: the plan, its state, and the end if there is one."""
    if shown is None:
        return ""
    if not shown.access:
        ended = shown.status not in (None, "none")
        words = ["no access"] + ([str(shown.status)] if ended else [])
        return ", ".join(words + (["pending"] if shown.pending else []))
    words = [shown.plan] + ([str(shown.status)] if shown.status else [])
    if shown.winding_down:
        end = shown.cancel_at or shown.period_end
        words.append(f"until {day(end)}" if end else "winding down")
    return ", ".join(words)


def webhook(delivered: Delivered) -> str:
    """`customer.subscription.updated, again: 200`"""
    answer = "no answer" if delivered.status is None else str(delivered.status)
    return f"{delivered.type}{' again' if delivered.again else ''}: {answer}"


def counted(count: int, noun: str) -> str:
    """`1 scenario`, `2 scenarios`"""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def folded(moments: Sequence[Observation]) -> list[str]:
    """Several webhooks of one step that changed nothing, as one line or two."""
    delivered = [each.delivered for each in moments if each.delivered is not None]
    if len(delivered) == 1:
        return [webhook(delivered[0])]
    again = " again" if any(each.again for each in delivered) else ""
    return [f"{len(delivered)} events{again}: 200"]
