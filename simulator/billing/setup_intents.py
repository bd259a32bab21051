"""SetupIntents: the saving of a card for later (docs.stripe.com/api/setup_intents).

Only those that the hosted pages make exist here; creating one through the API is not simulated yet.
"""

from __future__ import annotations

from simulator.billing.call import Call, Handler, Listing, addressed, existing
from simulator.engine import Obj, World


def set_up(world: World, customer: Obj, method: Obj) -> Obj:
    """A SetupIntent that has saved `method`, emitting `setup_intent.created` and `.succeeded`."""
    name = world.ids.new("seti")
    intent: Obj = {
        "id": name,
        "object": "setup_intent",
        "allowed_payment_method_types": None,
        "application": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "cancellation_reason": None,
        "client_secret": world.ids.secret(name),
        "created": world.now(),
        "customer": customer["id"],
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": list(world.settings.payment_method_types),
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
    with world.transaction():
        world.insert(intent, "setup_intent.created")
        done = {"payment_method": method["id"], "status": "succeeded"}
        return world.change("setup_intent", name, done, "setup_intent.succeeded")


def retrieve(world: World, call: Call) -> Obj:
    call.only("client_secret")
    return addressed(world, "setup_intent", call.path["intent"], "intent")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "payment_method", "created")
    method = params.get("payment_method")

    def keep(intent: Obj) -> bool:
        return method is None or intent["payment_method"] == method

    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing("setup_intent", "customer", params["customer"], keep)
    return Listing("setup_intent", keep=keep)


HANDLERS: dict[str, Handler] = {
    "GET /v1/setup_intents": list_all,
    "GET /v1/setup_intents/{intent}": retrieve,
}
