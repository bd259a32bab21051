"""3D Secure: asking the card's holder, and what the answer is kept under.

docs.stripe.com/payments/3d-secure. With a `return_url` the next action is a redirect to a hosted
page; without one it is `use_stripe_sdk`, whose `stripe_js` is the address of that same page, since
here no Stripe.js is at hand to open it.
"""

from __future__ import annotations

from simulator.engine import Obj, World

FAILED_CODES = {
    "payment_intent": "payment_intent_authentication_failure",
    "setup_intent": "setup_intent_authentication_failure",
}


def next_action(world: World, intent: Obj, return_url: str | None) -> Obj:
    """What the customer has to do now; the page's token leads back to the intent."""
    token = f"test_{world.ids.token(32)}"
    url = f"{world.settings.public_url}/3d_secure_2/hooks/{token}"
    world.keep(f"three_d_secure:{token}", kind=intent["object"], intent=intent["id"])
    if return_url:
        return {
            "redirect_to_url": {"return_url": return_url, "url": url},
            "type": "redirect_to_url",
        }
    return {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {
            "source": world.ids.new("src"),
            "stripe_js": url,
            "type": "three_d_secure_redirect",
        },
    }


def awaiting(world: World, token: str) -> Obj | None:
    """The intent that a page's token belongs to."""
    kept = world.kept(f"three_d_secure:{token}")
    return world.get(kept["kind"], kept["intent"]) if kept else None


def page_of(intent: Obj) -> str | None:
    """The address of the page where the holder answers, while an answer is awaited."""
    action = intent["next_action"]
    if action is None:
        return None
    if action["type"] == "redirect_to_url":
        return str(action["redirect_to_url"]["url"])
    return str(action["use_stripe_sdk"]["stripe_js"])


def failure(intent: Obj, method: Obj) -> Obj:
    """`last_payment_error` or `last_setup_error` after the holder failed to authenticate."""
    code = FAILED_CODES[intent["object"]]
    noun = "PaymentIntent" if intent["object"] == "payment_intent" else "SetupIntent"
    return {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": (
            "The provided PaymentMethod has failed authentication. You can provide"
            " payment_method_data or a new PaymentMethod to attempt to fulfill this"
            f" {noun} again."
        ),
        "payment_method": method,
        "type": "invalid_request_error",
    }
