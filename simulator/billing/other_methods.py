"""Payment methods that are not cards: what each type's own hash says.

docs.stripe.com/api/payment_methods/object and class `stripe.PaymentMethod`; sepa_debit, boleto,
p24, sofort and the empty hashes are as in recorded traffic (stripe_saves_...). They can be made,
kept and, where the type is reusable, attached; paying with one is not simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.billing.call import refusal
from simulator.billing.connect import platform_of
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

Given = Mapping[str, Any]
Own = Callable[[World, Given], Obj]

REUSABLE = frozenset(
    (
        "acss_debit",
        "amazon_pay",
        "au_becs_debit",
        "bacs_debit",
        "boleto",
        "cashapp",
        "kakao_pay",
        "klarna",
        "kr_card",
        "link",
        "naver_pay",
        "nz_bank_account",
        "paypal",
        "payto",
        "revolut_pay",
        "sepa_debit",
        "us_bank_account",
    )
)
"""Types that can be attached to a customer as they are.

docs.stripe.com/payments/payment-methods/payment-method-support#additional-api-supportability
"""

_NAMED = {
    "sepa_debit": ("name", "email"),
    "us_bank_account": ("name",),
}
"""The billing details without which a type cannot be made."""

_BANK_PARTS = {
    "AT": ((4, 9), None),
    "BE": ((4, 7), None),
    "DE": ((4, 12), None),
    "DK": ((4, 8), None),
    "ES": ((4, 8), (8, 12)),
    "FR": ((4, 9), (9, 14)),
    "IE": ((4, 8), (8, 14)),
    "IT": ((5, 10), (10, 15)),
    "NL": ((4, 8), None),
    "PT": ((4, 8), (8, 12)),
}
"""Where an IBAN says bank and branch, by country."""


def own_hash(world: World, kind: str, params: Given) -> Obj:
    """The hash under the type's own name, from the parameters of the method."""
    given = params.get(kind) or {}
    details = params.get("billing_details") or {}
    for name in _NAMED.get(kind, ()):
        if not details.get(name):
            raise MissingParameter(f"billing_details[{name}]")
    if kind in _OWN:
        return _OWN[kind](world, given)
    return {name: given.get(name) for name in _SHOWN.get(kind, ())}


def fingerprint(world: World, number: str) -> str:
    """The same number has the same fingerprint throughout an account, and on the accounts that are
    connected to it (recorded traffic: connect_destination_charge).
    """
    home = platform_of(world) or world
    known = home.kept("fingerprints").get(number)
    if known is None:
        known = home.ids.token(16)
        home.keep("fingerprints", **{number: known})
    return str(known)


def _needed(given: Given, kind: str, *names: str) -> list[str]:
    for name in names:
        if not given.get(name):
            raise MissingParameter(f"{kind}[{name}]")
    return [str(given[name]) for name in names]


def _sepa_debit(world: World, given: Given) -> Obj:
    (typed,) = _needed(given, "sepa_debit", "iban")
    iban = typed.replace(" ", "").upper()
    if not _is_iban(iban):
        raise refusal("The IBAN you provided is invalid.", param="sepa_debit[iban]")
    bank, branch = _BANK_PARTS.get(iban[:2], ((4, 8), None))
    return {
        "bank_code": iban[slice(*bank)],
        "branch_code": iban[slice(*branch)] if branch else "",
        "country": iban[:2],
        "fingerprint": fingerprint(world, iban),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": iban[-4:],
    }


def _is_iban(iban: str) -> bool:
    """ISO 13616: the digits modulo 97 leave 1."""
    if not (iban.isascii() and iban.isalnum() and 15 <= len(iban) <= 34):
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _us_bank_account(world: World, given: Given) -> Obj:
    number, routing = _needed(given, "us_bank_account", "account_number", "routing_number")
    return {
        "account_holder_type": given.get("account_holder_type", "individual"),
        "account_type": given.get("account_type", "checking"),
        "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None,
        "fingerprint": fingerprint(world, f"{routing}/{number}"),
        "last4": number[-4:],
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": routing,
        "status_details": {},
    }


def _boleto(world: World, given: Given) -> Obj:
    (tax_id,) = _needed(given, "boleto", "tax_id")
    return {"fingerprint": fingerprint(world, tax_id), "tax_id": tax_id}


def _acss_debit(world: World, given: Given) -> Obj:
    number, institution, transit = _needed(
        given, "acss_debit", "account_number", "institution_number", "transit_number"
    )
    return {
        "bank_name": "STRIPE TEST BANK",
        "fingerprint": fingerprint(world, f"{institution}/{transit}/{number}"),
        "institution_number": institution,
        "last4": number[-4:],
        "transit_number": transit,
    }


def _au_becs_debit(world: World, given: Given) -> Obj:
    number, bsb = _needed(given, "au_becs_debit", "account_number", "bsb_number")
    return {
        "bsb_number": bsb,
        "fingerprint": fingerprint(world, f"{bsb}/{number}"),
        "last4": number[-4:],
    }


def _bacs_debit(world: World, given: Given) -> Obj:
    number, sort_code = _needed(given, "bacs_debit", "account_number", "sort_code")
    return {
        "fingerprint": fingerprint(world, f"{sort_code}/{number}"),
        "last4": number[-4:],
        "sort_code": sort_code,
    }


def _sofort(world: World, given: Given) -> Obj:
    (country,) = _needed(given, "sofort", "country")
    return {"country": country}


def _fpx(world: World, given: Given) -> Obj:
    (bank,) = _needed(given, "fpx", "bank")
    return {"bank": bank}


_OWN: dict[str, Own] = {
    "acss_debit": _acss_debit,
    "au_becs_debit": _au_becs_debit,
    "bacs_debit": _bacs_debit,
    "boleto": _boleto,
    "fpx": _fpx,
    "sepa_debit": _sepa_debit,
    "sofort": _sofort,
    "us_bank_account": _us_bank_account,
}
"""Types whose hash is worked out from what was given."""

_SHOWN = {
    "cashapp": ("buyer_id", "cashtag"),
    "eps": ("bank",),
    "ideal": ("bank", "bic"),
    "klarna": ("dob",),
    "link": ("email",),
    "p24": ("bank",),
    "paypal": ("country", "payer_email", "payer_id"),
}
"""Types whose hash shows these fields as given, else null; all others are empty."""
