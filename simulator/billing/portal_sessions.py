"""Customer Portal sessions: short-lived links to one customer's portal.

docs.stripe.com/api/customer_portal/sessions. A link must be opened within five minutes and then
lives until an hour after the last activity (docs.stripe.com/customer-management); a flow shows one
task instead of the homepage (docs.stripe.com/customer-management/portal-deep-links).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from simulator.billing.call import Call, Handler, existing, not_simulated, refusal, simulates
from simulator.billing.metered_prices import is_metered
from simulator.billing.portal_configurations import KIND as CONFIGURATION
from simulator.billing.portal_configurations import default_configuration, with_products
from simulator.billing.subscription_items import items_of
from simulator.billing.subscription_status import ENDED
from simulator.billing.urls import absolute_url
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import HOUR, MINUTE, Obj, World

KIND = "billing_portal.session"
OPEN_WITHIN = 5 * MINUTE
IDLE_FOR = HOUR
_TASKS = ("subscription_cancel", "subscription_update", "subscription_update_confirm")


def create(world: World, call: Call) -> Obj:
    params = call.only("configuration", "customer", "flow_data", "locale", "return_url")
    if not params.get("customer"):
        raise MissingParameter("customer")
    customer = existing(world, "customer", params["customer"], "customer")
    configuration = _configuration(world, params.get("configuration"))
    return_url = params.get("return_url") or configuration["default_return_url"]
    if return_url:
        absolute_url(return_url, "return_url")
    flow = _flow(world, customer, configuration, params.get("flow_data"))
    inner = base64.urlsafe_b64encode(f"{world.account},_".encode()).decode().rstrip("=")
    token = f"test_{inner}{world.ids.token(40)}"
    session: Obj = {
        "id": world.ids.new("bps"),
        "object": KIND,
        "after_expiration": None,
        "configuration": configuration["id"],
        "created": world.now(),
        "customer": customer["id"],
        "customer_account": None,
        "flow": flow,
        "livemode": False,
        "locale": params.get("locale"),
        "on_behalf_of": None,
        "return_url": return_url,
        "url": f"{world.settings.public_url}/p/session/{token}",
    }
    with world.transaction():
        world.keep(f"portal:{token}", session=session["id"])
        world.keep(session["id"], token=token)
        return world.insert(session, "billing_portal.session.created")


def _configuration(world: World, name: str | None) -> Obj:
    if not name:
        return default_configuration(world)
    configuration = existing(world, CONFIGURATION, name, "configuration")
    if not configuration["active"]:
        raise refusal(
            f"The portal configuration `{name}` is inactive and cannot be used for sessions.",
            param="configuration",
        )
    return configuration


def _flow(
    world: World, customer: Obj, configuration: Obj, given: Mapping[str, Any] | None
) -> Obj | None:
    if not given:
        return None
    kind = given["type"]
    if kind not in (*_TASKS, "payment_method_update"):
        raise not_simulated(f"the portal flow {kind}", param="flow_data[type]")
    flow: Obj = {
        "after_completion": _after_completion(given.get("after_completion")),
        "subscription_cancel": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": kind,
    }
    if kind in _TASKS:
        task = given.get(kind)
        if not task:
            raise MissingParameter(f"flow_data[{kind}]")
        flow[kind] = _task(world, customer, with_products(world, configuration), kind, task)
    elif not configuration["features"]["payment_method_update"]["enabled"]:
        raise _disabled("payment method update")
    return flow


def _task(
    world: World, customer: Obj, configuration: Obj, kind: str, task: Mapping[str, Any]
) -> Obj:
    where = f"flow_data[{kind}]"
    subscription = existing(world, "subscription", task["subscription"], f"{where}[subscription]")
    if subscription["customer"] != customer["id"]:
        raise refusal(
            f"The subscription `{subscription['id']}` does not belong to the customer"
            f" `{customer['id']}`.",
            param=f"{where}[subscription]",
        )
    features = configuration["features"]
    if kind == "subscription_cancel":
        simulates(task, ("subscription",), where)
        if not features["subscription_cancel"]["enabled"]:
            raise StripeError(
                "This subscription cannot be canceled because the subscription cancel feature in"
                " the portal configuration is disabled."
            )
        if subscription["cancel_at"] or subscription["status"] in ENDED:
            raise StripeError("This subscription is already set to be canceled.")
        return {"retention": None, "subscription": subscription["id"]}
    if not features["subscription_update"]["enabled"]:
        raise StripeError(
            "This subscription cannot be updated because the subscription update feature in the"
            " portal configuration is disabled."
        )
    if subscription["status"] in (*ENDED, "incomplete"):
        raise StripeError(
            f"This subscription cannot be updated because its status is {subscription['status']}."
        )
    if len(items_of(subscription)) > 1:
        raise StripeError("Subscriptions with multiple items cannot be updated in the portal.")
    if is_metered(items_of(subscription)[0]["price"]):
        raise StripeError("Subscriptions to usage-based prices cannot be updated in the portal.")
    if kind == "subscription_update":
        simulates(task, ("subscription",), where)
        return {"subscription": subscription["id"]}
    return _confirm(subscription, configuration, task, where)


def _confirm(subscription: Obj, configuration: Obj, task: Mapping[str, Any], where: str) -> Obj:
    simulates(task, ("subscription", "items"), where)
    if len(task["items"]) > 1:
        raise refusal("Only one item can be updated in this flow.", param=f"{where}[items]")
    wanted = task["items"][0]
    item = items_of(subscription)[0]
    if wanted["id"] != item["id"]:
        raise StripeError(
            f"No such subscription_item: '{wanted['id']}'",
            code="resource_missing",
            param=f"{where}[items][0][id]",
        )
    price = wanted.get("price") or item["price"]["id"]
    quantity = wanted.get("quantity", item["quantity"])
    if (price, quantity) == (item["price"]["id"], item["quantity"]):
        raise StripeError("Cannot update the subscription because there are no changes to confirm.")
    offered = configuration["features"]["subscription_update"]["products"]
    if not any(price in product["prices"] for product in offered):
        raise refusal(
            f"The price `{price}` is not offered in the portal configuration"
            " (`features.subscription_update.products`).",
            param=f"{where}[items][0][price]",
        )
    return {
        "discounts": None,
        "items": [{"id": item["id"], "price": price, "quantity": quantity}],
        "subscription": subscription["id"],
    }


def _after_completion(given: Mapping[str, Any] | None) -> Obj:
    done: Obj = {"hosted_confirmation": None, "redirect": None, "type": "hosted_confirmation"}
    if not given:
        return {**done, "type": "portal_homepage"}
    kind = given["type"]
    if kind == "redirect":
        url = (given.get("redirect") or {}).get("return_url")
        if not url:
            raise MissingParameter("flow_data[after_completion][redirect][return_url]")
        absolute_url(url, "flow_data[after_completion][redirect][return_url]")
        done["redirect"] = {"return_url": url}
    if kind == "hosted_confirmation":
        message = (given.get("hosted_confirmation") or {}).get("custom_message")
        done["hosted_confirmation"] = {"custom_message": message}
    return {**done, "type": kind}


def _disabled(feature: str) -> StripeError:
    return StripeError(
        f"This flow cannot be created because the {feature} feature in the portal configuration is"
        " disabled."
    )


def find_session(world: World, token: str) -> Obj | None:
    """The session whose link carries that token."""
    name = world.kept(f"portal:{token}").get("session")
    return world.get(KIND, name) if name else None


def is_expired(world: World, session: Obj) -> bool:
    """Never opened within five minutes, or idle for an hour."""
    active_at = world.kept(session["id"]).get("active_at")
    lives_until: int = (
        session["created"] + OPEN_WITHIN if active_at is None else active_at + IDLE_FOR
    )
    return world.now() > lives_until


def touch(world: World, session: Obj) -> None:
    """Note that the customer did something."""
    world.keep(session["id"], active_at=world.now())


HANDLERS: dict[str, Handler] = {"POST /v1/billing_portal/sessions": create}
