"""An account to which anything may be done, and what each deed changed.

Every act is kept as a deed, a function of the account, so that a life can be lived again to the
same bytes. A refusal is an outcome like any other, as long as it leaves no trace; only a declined
payment may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.contract.errors import StripeError
from simulator.engine import Obj, World
from tests.billing.account import Account, Refused, open_account
from tests.billing.lives.shop import Price, Shop, furnished

Deed = Callable[[Account], Any]
Key = tuple[str, str]

ENDED = ("canceled", "incomplete_expired")


@dataclass(frozen=True, slots=True)
class Step:
    """What one deed did: the objects that it changed, before and after, and the news of it.

    `None` stands for an object that is not there yet, or not there any more.
    """

    changed: dict[Key, tuple[Obj | None, Obj | None]]
    news: Sequence[Obj]

    def after(self, kind: str) -> list[Obj]:
        """What objects of a kind that were changed are like now."""
        return [new for (of, _), (_, new) in self.changed.items() if of == kind and new]


class Life:
    """One account with a shop, its deeds so far, and what became of them."""

    def __init__(self) -> None:
        self.account: Account = open_account()
        self.shop: Shop = furnished(self.account)
        self.deeds: list[Deed] = []
        self.outcomes: Counter[str] = Counter()
        self._held: dict[Key, Obj] = {}
        self._told = 0
        self.sound = True
        """False from the beginning of a deed until what it did was found to be right."""

    @property
    def world(self) -> World:
        return self.account.world

    def do(self, deed: Deed, what: str) -> Any:
        """Carry a deed out; `None` where it was refused."""
        self.deeds.append(deed)
        self.sound = False
        held, told = self.world._objects.copy(), len(self.world.events)
        try:
            answer = deed(self.account)
        except (Refused, StripeError) as refused:
            self.outcomes[f"{what}: {refused.status} {refused}"] += 1
            untouched = len(self.world.events) == told and self.world._objects == held
            if refused.status != 402 and not untouched:
                raise AssertionError(f"a refusal left a trace: {refused}") from refused
            return None
        self.outcomes[what] += 1
        return answer

    def post(self, path: str, **params: Any) -> Any:
        return self.do(lambda account: account.post(path, **params), _named("POST", path))

    def delete(self, path: str, **params: Any) -> Any:
        return self.do(lambda account: account.delete(path, **params), _named("DELETE", path))

    def wait(self, seconds: int) -> None:
        self.do(lambda account: account.pass_time(seconds), "wait")

    def again(self) -> Account:
        """The same deeds on a new account."""
        account = open_account()
        furnished(account)
        for deed in self.deeds:
            try:
                deed(account)
            except (Refused, StripeError):
                continue
        return account

    def step(self) -> Step:
        """What changed since this was asked last."""
        now = self.world._objects
        new = {key: obj for key, obj in now.items() if self._held.get(key) is not obj}
        gone = [key for key in self._held if key not in now]
        changed: dict[Key, tuple[Obj | None, Obj | None]] = {
            **{key: (self._held.get(key), obj) for key, obj in new.items() if key[0] != "event"},
            **{key: (self._held[key], None) for key in gone},
        }
        news = self.world.events[self._told :]
        self._held, self._told = now.copy(), len(self.world.events)
        return Step(changed, news)

    # --- choosing ------------------------------------------------------------------------------

    def pick(
        self, kind: str, which: int, keep: Callable[[Obj], bool] = lambda _: True
    ) -> Obj | None:
        """One of the objects of a kind, counted from the newest; `None` where there is none."""
        found = [obj for obj in self.world.walk(kind) if keep(obj)]
        return found[which % len(found)] if found else None

    def live(self, which: int, *statuses: str) -> Obj | None:
        """A subscription that has not ended, or one in one of those statuses."""
        return self.pick(
            "subscription",
            which,
            lambda s: s["status"] in statuses if statuses else s["status"] not in ENDED,
        )

    def price(self, which: int, currency: str | None) -> Price:
        """A price that a customer of that currency can have."""
        fitting = self.shop.in_currency(currency)
        return fitting[which % len(fitting)]

    def entry(self, which: int, currency: str | None, quantity: int) -> dict[str, Any]:
        """Such a price as an entry of `items`; what is metered has no quantity."""
        price = self.price(which, currency)
        return {"price": price.name, **({} if price.metered else {"quantity": quantity})}


def _named(method: str, path: str) -> str:
    """`POST subscriptions/*/pause`: the path without the ids in it."""
    steps = (step if "_" not in step or step in _WORDS else "*" for step in path.split("/"))
    return f"{method} {'/'.join(steps)}"


_WORDS = (
    "balance_transactions",
    "billing_portal",
    "credit_notes",
    "mark_uncollectible",
    "meter_events",
    "payment_intents",
    "payment_methods",
    "subscription_items",
    "subscription_schedules",
    "tax_ids",
    "test_clocks",
    "test_helpers",
)
