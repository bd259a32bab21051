"""The fixture `billing_app`: the app of `carom.toml`, with customers who do what people do.

They act in the sentences of scenarios (`scenarios/phrases.py`), on the app's own routes and on
Stripe's hosted pages, and read the app's entitlement as `carom.toml` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.actors import VERBS, StepImpossible
from harness.app.protocol import AppUnavailable, Entitlement, Reply
from harness.app.signature import signed_again
from harness.model.oracle import expected_entitlement
from harness.stage import APP_ORIGIN, START, Customer, Stage, browser_of
from harness.testing.house import Premises
from harness.testing.webhooks import Webhooks
from scenarios import PHRASES, phrase_of, suggestion

CARD = "4242 4242 4242 4242"


class BillingApp:
    """The app, where nobody has signed up yet. `stripe_sim` is its account, `start` the Unix
    seconds at which the test begins.
    """

    def __init__(self, premises: Premises, *, prompt: bool, start: int = START) -> None:
        self._premises = premises
        self._stage = premises.fresh()
        self.stripe_sim = premises.sim()
        if start < self.stripe_sim.clock.now:
            raise ValueError(f"an app's account begins at {START}; start={start} is before that")
        self.stripe_sim.clock.advance_to(start)
        self.webhooks = Webhooks(premises.stripe.local, self._carry, prompt=prompt)
        self._users: dict[str, AppUser] = {}

    @property
    def plans(self) -> list[str]:
        """The names of the app's plans, as in `carom.toml`."""
        return list(self._stage.config.plans)

    def customer(self, name: str = "ada") -> AppUser:
        """Somebody with an organisation of their own; signed up when first asked for."""
        if name not in self._users:
            stage = replace(self._stage, customer=Customer(self._premises.named(name)))
            self._users[name] = AppUser(self, self._premises, stage)
            self._users[name].does("signs up")
        return self._users[name]

    def restart(self) -> None:
        """Ends the app and starts it again on the same data."""
        assert self._stage.launched is not None
        with self._premises.lent():
            self._stage.launched.restart()

    def _carry(self, headers: Mapping[str, str], body: bytes) -> int | None:
        if self._stage.webhook_secret is not None:
            headers = signed_again(headers, body, self._stage.webhook_secret)
        with self._premises.lent():
            try:
                return self._stage.app.receive(headers, body).status
            except AppUnavailable:
                return None


class AppUser:
    """One customer with a browser. Each act is followed by the webhooks that are not held."""

    def __init__(self, app: BillingApp, premises: Premises, stage: Stage) -> None:
        self._app = app
        self._premises = premises
        self._stage = stage

    @property
    def stripe_id(self) -> str | None:
        """The id of the customer at Stripe, once there is one."""
        return self._stage.customer.stripe_id

    @property
    def entitlement(self) -> Entitlement:
        """What the app shows, in Carom's words."""
        with self._premises.lent():
            return self._stage.app.entitlement(browser_of(self._stage.customer))

    @property
    def expected(self) -> Entitlement:
        """What the app must show once it has heard everything, under its `[profile]`."""
        config = self._stage.config
        with self._premises.lent():
            found = self._stage.stripe.subscriptions(self.stripe_id)
        return expected_entitlement(found, config.plans, config.profile)

    def does(self, *sentences: str) -> None:
        """One act after the other: `starts checkout of pro`, `cancels`, `returns 2 times`.

        Raises `AppRefused` where the app does not do its part, `StepImpossible` where the sentence
        asks for what cannot be done now.
        """
        for sentence in sentences:
            self._act("customer", sentence)

    def support(self, *sentences: str) -> None:
        """The same for the app's own staff: `gives the customer 14 days of pro on trial`."""
        for sentence in sentences:
            self._act("support", sentence)

    def subscribe(self, plan: str, card: str = CARD) -> None:
        """Starts Checkout, pays, and comes back."""
        self.does(f"starts checkout of {plan}", f"pays with {card}", "returns")

    def cancel(self) -> None:
        """Cancels in the portal, and comes back."""
        self.does("opens the portal", "cancels", "returns")

    def get(self, path: str, accept: str = "text/html") -> Reply:
        """A page of the app, as this user's browser gets it; redirects are followed."""
        return self._send("GET", path, None, accept)

    def post(self, path: str, form: Mapping[str, str] | None = None) -> Reply:
        """Submits a form to the app, and follows where it leads."""
        return self._send("POST", path, form or {}, "text/html")

    def _send(self, method: str, path: str, form: Mapping[str, str] | None, accept: str) -> Reply:
        browser = browser_of(self._stage.customer)
        with self._premises.lent():
            url = (self._stage.config.launch.url or APP_ORIGIN) + path
            reply = browser.follow(browser.request(method, url, form=form, accept=accept))
        self._app.webhooks.after_act()
        return reply

    def _act(self, actor: str, sentence: str) -> None:
        found = phrase_of(actor, sentence)
        if found is None:
            known = [phrase.words for phrase in PHRASES[actor]]
            raise StepImpossible(
                f'the {actor} does not know "{sentence}". {suggestion(sentence, known)}'
            )
        phrase, subject = found
        with self._premises.lent():
            for _ in VERBS[actor][phrase.verb](self._stage, subject):
                pass
        self._app.webhooks.after_act()


__all__ = ["AppUser", "BillingApp"]
