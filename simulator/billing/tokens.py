"""Tokens: card details exchanged for something that may be sent on (docs.stripe.com/api/tokens).

`tok_visa` and its kin need no making. Only card tokens are simulated; each can be used once.
"""

from __future__ import annotations

from simulator.billing.call import Call, Handler, addressed, not_simulated, simulates
from simulator.billing.payment_methods import from_input
from simulator.billing.sources import card_body, expiry
from simulator.billing.test_cards import CardInput
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World


def create(world: World, call: Call) -> Obj:
    params = call.only("card")
    given = params.get("card")
    if not given:
        raise MissingParameter("card")
    if isinstance(given, str):
        raise not_simulated("tokens of cards that are kept already", param="card")
    simulates(given, ("number", "exp_month", "exp_year", "cvc", "name"), "card")
    for name in ("number", "exp_month", "exp_year"):
        if not given.get(name):
            raise MissingParameter(f"card[{name}]")
    typed = CardInput(
        given["number"],
        expiry(given["exp_month"]),
        expiry(given["exp_year"]),
        given.get("cvc", "123"),
    )
    method = from_input(world, typed, {"name": given.get("name")})
    digits = "".join(sign for sign in given["number"] if sign.isdigit())
    token: Obj = {
        "id": world.ids.new("tok"),
        "object": "token",
        "card": card_body(world.ids.new("card"), method, None),
        "client_ip": None,
        "created": world.now(),
        "livemode": False,
        "type": "card",
        "used": False,
    }
    with world.transaction():
        world.keep(token["id"], number=digits)
        return world.insert(token)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "token", call.path["token"], "token")


HANDLERS: dict[str, Handler] = {
    "POST /v1/tokens": create,
    "GET /v1/tokens/{token}": retrieve,
}
