"""`python -m tests.reference_app.screens FOLDER`: a picture of every page, to look at.

Each in every state that it has, as on a desk and as on a phone; from the app and Carom as servers,
with a system Chromium. A page that is wider than its screen is an error.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.postgres import Urls
from tests.reference_app.town import Customer, Town, opened

SIZES = {"desk": (1200, 800), "phone": (390, 780)}


class Gallery:
    """A browser signed in as one customer, and the folder of the pictures."""

    def __init__(self, page: Page, town: Town, folder: Path) -> None:
        self.page, self.town, self.folder = page, town, folder
        self.customer = Customer(town)

    def sign_up(self) -> None:
        self.customer.cookies.clear()
        self.customer.sign_up()
        self.cookie(self.customer.cookies["session"])

    def cookie(self, value: str) -> None:
        self.page.context.clear_cookies()
        if value:
            self.page.context.add_cookies(
                [{"name": "session", "value": value, "url": self.town.app}]
            )

    def take(
        self, name: str, path: str | None = None, act: Callable[[], Any] | None = None
    ) -> None:
        if path is not None:
            self.page.goto(f"{self.town.app}{path}")
        if act is not None:
            act()
        for size, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} px wide on a {size} of {width}"
            self.page.screenshot(path=self.folder / f"{name}-{size}.png", full_page=True)

    def tour(self) -> None:
        page, customer, town = self.page, self.customer, self.town
        self.take("welcome", "/")
        self.take("signup", "/signup")
        page.goto(f"{town.app}/signin")
        page.get_by_label("E-mail").fill("nobody@example.com")
        page.get_by_label("Password").fill("wrong horse")
        self.take("signin", None, page.get_by_role("button", name="Sign in").click)
        self.take("not-found", "/nowhere")

        self.sign_up()
        self.take("billing-free", "/billing")
        self.take("plans-free", "/billing/plans")
        bought = customer.buy()
        self.take("return-waiting", bought.url.raw_path.decode())
        self.take("return-tired", f"{bought.url.raw_path.decode()}&try=20")
        self.take("billing-pending", "/billing")
        customer.deliver()
        self.take("return-paid", bought.url.raw_path.decode())
        self.take("billing-active", "/billing")
        self.take("plans-active", "/billing/plans")
        self.take("return-portal", "/billing/return?from=portal")
        self.members()
        self.later()

    def members(self) -> None:
        page = self.page
        page.goto(f"{self.town.app}/members")
        page.get_by_label("E-mail").fill("bob@example.com")
        page.get_by_role("button", name="Make an invitation link").click()
        self.take("members-invited")
        link = page.get_by_label("Invitation link").input_value().removeprefix(self.town.app)
        self.cookie("")
        self.take("join", link)
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Create account and join").click()
        self.take("billing-member", "/billing")
        self.take("members-member", "/members")
        self.take("plans-member", "/billing/plans")
        self.cookie(self.customer.cookies["session"])
        self.take("members-two", "/members")

    def later(self) -> None:
        page, customer, town = self.page, self.customer, self.town
        subscription = town.stripe.v1.subscriptions.list().data[0].id
        customer.in_portal("cancel", subscription=subscription)
        customer.deliver()
        self.take("billing-winding-down", "/billing")
        self.take(
            "return-asked", None, page.get_by_role("button", name="Keep Pro", exact=True).click
        )
        customer.deliver()
        town.carom.fail_payments()
        town.carom.advance(seconds=32 * 24 * 3600)
        customer.deliver()
        self.take("billing-past-due", "/billing")
        town.stripe.v1.subscriptions.cancel(subscription)
        customer.deliver()
        self.take("billing-ended", "/billing")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        opened(Urls(*[f"sqlite:///{scratch}/app.db"] * 3)) as town,
        sync_playwright() as started,
    ):
        browser = started.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.set_default_timeout(10_000)
        Gallery(page, town, folder).tour()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
