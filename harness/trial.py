"""Before an app is judged it is asked each question once: does `carom.toml` describe this app?

A wrong path, a page where JSON should be, a pointer that leads nowhere: these are no findings, and
each is told with the line of `carom.toml` that does not match what the app answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from harness.app.browser import Browser, words_of
from harness.app.config import Config
from harness.app.protocol import AppMismatch, AppRefused, AppUnavailable, Reply, Request
from harness.app.signature import signed_again
from harness.checking import Bench
from harness.stage import APP_ORIGIN, STRIPE_ORIGIN, Stage, set_stage

T = TypeVar("T")


NOWHERE = "/carom/asks/for/a/path/that/is/not/there"


def try_out(bench: Bench) -> None:
    """Starts the app, asks, and ends it. Raises `AppUnavailable` where it does not come up or fails
    at once, `AppMismatch` where it answers something else than is written.
    """
    config = bench.config
    with set_stage(
        config, bench.stripe_url, "trial", bench.seed, in_process=bench.in_process
    ) as stage:
        ask(stage)


def ask(stage: Stage) -> None:
    """The five questions, by a user whom nobody has met yet."""
    config, app, user = stage.config, stage.app, f"trial-{stage.customer.name}"
    browser = _answered(stage, "sign_in", lambda: app.sign_up(user))
    _answered(stage, "entitlement", lambda: app.entitlement(browser))
    origin = config.launch.url or APP_ORIGIN
    launched = stage.launched
    assert launched is not None

    def post_webhook(path: str) -> Reply:
        return launched.send(Request("POST", origin + path, {"Content-Type": "application/json"}))

    def open_portal(path: str) -> Reply:
        method = config.portal.method
        return browser.request(method, origin + path, form={} if method != "GET" else None)

    _exists(config, "webhook", config.webhook_path, post_webhook)
    _exists(config, "portal", config.portal.path, open_portal)
    _starts_checkout(stage, browser, user)
    _knows_the_secret(stage)


def _starts_checkout(stage: Stage, browser: Browser, user: str) -> None:
    """Checkout needs Stripe: an app that cannot start it and asked for nothing asks elsewhere."""
    plan = next(iter(stage.config.plans))
    refused: AppRefused | None = None
    try:
        url = stage.app.start_checkout(browser, user, plan)
        problem = "" if url.startswith(STRIPE_ORIGIN) else f"it sends its user to {url[:100]}"
    except AppRefused as fault:
        if fault.status in (404, 405):
            raise _mismatch(stage, "checkout", fault) from fault
        refused, problem = fault, str(fault)
    if problem and not stage.stripe.app_calls():
        raise AppMismatch(
            f"{stage.config.place('app', 'env')}: the app does not ask Carom's Stripe. To start "
            f"a checkout it made no call with its key, and {problem}\n"
            '    It needs the address "{stripe_url}" and the key "{stripe_key}", under whatever '
            "names it reads them."
        ) from refused
    # What fails here with a 5xx is broken, and the scenarios are the ones to say so.
    if refused is not None and (refused.status is None or refused.status < 500):
        raise _mismatch(stage, "checkout", refused) from refused


def _knows_the_secret(stage: Stage) -> None:
    """An app to which a genuine webhook is like one that somebody else has signed has another
    secret.
    """
    control = stage.stripe.control
    waiting = [each for each in control.deliveries(0)["deliveries"] if each["state"] != "delivered"]
    if not waiting:
        return
    taken = control.take(waiting[0]["id"])
    body, headers = taken["body"].encode(), taken["headers"]
    if stage.webhook_secret is not None:
        headers = signed_again(headers, body, stage.webhook_secret)
    genuine = stage.app.receive(headers, body)
    control.answer(waiting[0]["id"], genuine.status)
    if genuine.status != 400:
        return
    forged = stage.app.receive(signed_again(headers, body, "whsec_of_somebody_else"), body)
    if (forged.status, forged.body) == (genuine.status, genuine.body):
        raise AppMismatch(
            f"{stage.config.place('app', 'env')}: the app answers a genuine webhook with 400, as "
            f"it does one that is signed by somebody else: {words_of(genuine)}\n"
            '    It needs the secret "{webhook_secret}", under whatever name it reads it.'
        )


def _answered(stage: Stage, table: str, asked: Callable[[], T]) -> T:
    try:
        return asked()
    except AppRefused as fault:
        if fault.status is None or fault.status < 500:
            raise _mismatch(stage, table, fault) from fault
        assert stage.launched is not None
        raise AppUnavailable(stage.launched.with_last_words(str(fault))) from fault


def _mismatch(stage: Stage, table: str, refused: AppRefused) -> AppMismatch:
    where = stage.config.place(table, "path")
    return AppMismatch(f"{where} does not match the app.\n    {refused}")


def _exists(config: Config, table: str, path: str, ask: Callable[[str], Reply]) -> None:
    """A path that is answered like one that cannot be there is not there."""
    reply = ask(path)
    if reply.status == 405:
        raise AppMismatch(
            f"{config.place(table, 'path')}: {path} is there, but the app allows "
            f"{reply.header('allow') or 'other methods'} only"
        )
    if reply.status == 404:
        absent = ask(NOWHERE)
        if absent.status == 404 and _without(absent, NOWHERE) == _without(reply, path):
            raise AppMismatch(
                f'{config.place(table, "path")}: the app has no "{path}", it answers 404 there'
            )


def _without(reply: Reply, path: str) -> str:
    return reply.text.replace(path, "")
