"""Connect accounts: the platform's own, and those it has connected (docs.stripe.com/api/accounts).

Class `stripe.Account`. There is no onboarding here: a connected account is verified, and can charge
and be paid out, from the moment it is made, which at Stripe takes the account holder's details.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.amounts import currency_of
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    merged_metadata,
    refusal,
    unset,
)
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

_WRITABLE = (
    "business_profile",
    "business_type",
    "capabilities",
    "company",
    "email",
    "individual",
    "metadata",
    "settings",
    "tos_acceptance",
)
_CONTROLLERS: dict[str, Obj] = {
    "standard": {
        "fees": {"payer": "account"},
        "losses": {"payments": "stripe"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "full"},
    },
    "express": {
        "fees": {"payer": "application_express"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    },
    "custom": {
        "fees": {"payer": "application_custom"},
        "losses": {"payments": "application"},
        "requirement_collection": "application",
        "stripe_dashboard": {"type": "none"},
    },
}
_CURRENCIES = {"AU": "aud", "CA": "cad", "CH": "chf", "GB": "gbp", "JP": "jpy", "US": "usd"}
_PROFILE = (
    "annual_revenue",
    "estimated_worker_count",
    "mcc",
    "minority_owned_business_designation",
    "name",
    "product_description",
    "support_address",
    "support_email",
    "support_phone",
    "support_url",
    "url",
)
_NOTHING_DUE: Obj = {
    "alternatives": [],
    "current_deadline": None,
    "currently_due": [],
    "disabled_reason": None,
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
}


def create(world: World, call: Call) -> Obj:
    params = call.only(*_WRITABLE, "controller", "country", "default_currency", "type")
    if params.get("type") and params.get("controller"):
        raise refusal(
            "You may only specify one of these parameters: controller, type.", param="type"
        )
    country = params.get("country", world.settings.country)
    kind = params.get("type") or ("none" if params.get("controller") else "standard")
    blank = _blank(world, world.ids.new("acct"), country, kind)
    if params.get("controller"):
        asked = params["controller"]
        blank["controller"] = {**blank["controller"], **_CONTROLLERS["standard"], **asked}
    if params.get("default_currency"):
        blank["default_currency"] = currency_of(params["default_currency"], "default_currency")
    return world.insert({**blank, **_changes(blank, params)})


def _blank(world: World, name: str, country: str, kind: str) -> Obj:
    return {
        "id": name,
        "object": "account",
        "business_profile": dict.fromkeys(_PROFILE),
        "business_type": None,
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {
            "is_controller": True,
            "type": "application",
            **_CONTROLLERS.get(kind, {}),
        },
        "country": country,
        "created": world.now(),
        "default_currency": _CURRENCIES.get(country, "eur"),
        "details_submitted": True,
        "email": None,
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/accounts/{name}/external_accounts",
        },
        "future_requirements": _NOTHING_DUE,
        "metadata": {},
        "payouts_enabled": True,
        "requirements": _NOTHING_DUE,
        "settings": _settings(world.settings.account_name),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": kind,
    }


def _settings(name: str) -> Obj:
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": name, "timezone": "Etc/UTC"},
        "invoices": {
            "default_account_tax_ids": None,
            "hosted_payment_method_save": "offer",
        },
        "payments": {
            "statement_descriptor": None,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }


def _changes(account: Obj, params: Mapping[str, Any]) -> Obj:
    changes: Obj = {}
    for name in ("business_type", "email"):
        if name in params:
            changes[name] = unset(params[name])
    for name in ("business_profile", "company", "individual", "tos_acceptance"):
        if params.get(name):
            changes[name] = {**(account.get(name) or {}), **params[name]}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(account["metadata"], params["metadata"])
    if params.get("capabilities"):
        wanted = {
            name: "active" if asked.get("requested") else "inactive"
            for name, asked in params["capabilities"].items()
        }
        changes["capabilities"] = {**account["capabilities"], **wanted}
    if params.get("settings"):
        before = account["settings"]
        given = {name: {**before.get(name, {}), **own} for name, own in params["settings"].items()}
        changes["settings"] = {**before, **given}
    return changes


def own_account(world: World) -> Obj:
    """The account that a World is, as its own key sees it."""
    held = world.get("account", world.account)
    if held is not None:
        return held
    name, kind = world.account, "standard"
    blank = _blank(world, name, world.settings.country, kind)
    return {
        **blank,
        "business_profile": {**blank["business_profile"], "name": world.settings.account_name},
        "controller": {"type": "account"},
        "created": world.opened,
        "default_currency": world.settings.default_currency,
    }


def retrieve_own(world: World, call: Call) -> Obj:
    call.only()
    return own_account(world)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return _addressed(world, call.path["account"])


def _addressed(world: World, name: str) -> Obj:
    """An account that this key may see; Stripe's 403 for any other."""
    if name == world.account:
        return own_account(world)
    account = world.get("account", name)
    if account is None:
        raise no_access(world, name)
    return account


def no_access(world: World, name: str) -> StripeError:
    """An account that is not this platform's, or is none (docs.stripe.com/error-codes).

    Every account here is a platform, since it can connect others at once.
    """
    shown = f"{world.key[:8]}{'*' * 16}{world.key.partition(' ')[0][-4:]}"
    return StripeError(
        f"The provided key '{shown}' does not have access to account '{name}' (or that account does"
        " not exist). Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def update(world: World, call: Call) -> Obj:
    params = call.only(*_WRITABLE, "default_currency")
    account = _addressed(world, call.path["account"])
    if world.get("account", account["id"]) is None:
        world.insert(account)
    changes = _changes(account, params)
    if params.get("default_currency"):
        changes["default_currency"] = currency_of(params["default_currency"], "default_currency")
    return world.change("account", account["id"], changes, "account.updated")


def delete(world: World, call: Call) -> Obj:
    call.only()
    account = _addressed(world, call.path["account"])
    if account["id"] == world.account:
        raise StripeError("You cannot delete your own account.", status=403)
    world.remove("account", account["id"])
    return {"id": account["id"], "object": "account", "deleted": True}


def list_all(world: World, call: Call) -> Listing:
    call.only("created")
    return Listing("account", keep=lambda account: account["id"] != world.account)


HANDLERS: dict[str, Handler] = {
    "GET /v1/account": retrieve_own,
    "GET /v1/accounts": list_all,
    "POST /v1/accounts": create,
    "DELETE /v1/accounts/{account}": delete,
    "GET /v1/accounts/{account}": retrieve,
    "POST /v1/accounts/{account}": update,
}
