"""What `carom serve` prints once it answers: set-up to paste, for the SDKs and for webhooks."""

from __future__ import annotations

from harness.stripe_side import StripeRefused, StripeSide

KEY = "sk_test_carom"


def announce(url: str, webhook_url: str) -> None:
    """Registers the webhook endpoint, if there is to be one, and prints the set-up."""
    secret = None
    problem = None
    if webhook_url:
        stripe = StripeSide(url, KEY)
        try:
            secret = register(stripe, webhook_url)
        except StripeRefused as fault:
            problem = str(fault)
        finally:
            stripe.close()
    print(text(url, webhook_url, secret, problem), flush=True)


def register(stripe: StripeSide, webhook_url: str) -> str:
    form = {"url": webhook_url, "enabled_events[0]": "*"}
    return str(stripe.call("POST", "/v1/webhook_endpoints", form)["secret"])


def text(url: str, webhook_url: str, secret: str | None, problem: str | None = None) -> str:
    host, _, port = url.removeprefix("http://").rpartition(":")
    parts = [
        f"Carom: a local Stripe on {url}   (API docs of its own: {url}/_carom/docs)",
        "",
        "Python   import stripe",
        f'         client = stripe.StripeClient("{KEY}", base_addresses={{"api": "{url}"}})',
        "",
        'Node     import Stripe from "stripe";',
        f'         const stripe = new Stripe("{KEY}",',
        f'           {{ protocol: "http", host: "{host}", port: {port} }});',
        "",
    ]
    if secret is not None:
        parts += [
            f"Webhooks of {KEY} go to {webhook_url}",
            f"         STRIPE_WEBHOOK_SECRET={secret}",
        ]
    else:
        if problem is not None:
            parts.append(f"No webhook endpoint was made: {problem}")
        parts += [
            "Webhooks register an endpoint; the answer has its secret:",
            f"         curl {url}/v1/webhook_endpoints -u {KEY}: \\",
            '           -d url=http://127.0.0.1:8000/webhooks/stripe -d "enabled_events[]=*"',
        ]
    parts += ["", "Any sk_test_... key opens an account of its own. Ctrl-C ends it."]
    return "\n".join(parts)


__all__ = ["KEY", "announce", "register", "text"]
