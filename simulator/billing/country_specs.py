"""What Stripe needs to know of an account in a country (docs.stripe.com/api/country_specs).

Class `stripe.CountrySpec`. The one that the page shows in full is here, that of the United States;
its list of payment currencies, which the page cuts short, is that of docs.stripe.com/currencies.
Those of other countries Carom does not know, and it says so rather than make them up.
"""

from __future__ import annotations

import re

from simulator.billing.call import Call, Embedded, Handler, not_simulated
from simulator.contract.errors import NoSuchObject
from simulator.engine import Obj, World

KIND = "country_spec"
_CURRENCIES = (
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bif bmd bnd bob brl bsd bwp byn"
    " bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd"
    " gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jpy kes kgs khr kmf krw kyd kzt lak lbp lkr"
    " lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen"
    " pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs"
    " top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw"
)
_TRANSFERS = (
    "US AE AG AL AM AR AT AU BA BE BG BH BO CA CH CI CL CO CR CY CZ DE DK DO EC EE EG ES ET FI FR"
    " GB GH GM GR GT GY HK HR HU ID IE IL IS IT JM JO JP KE KH KR KW LC LI LK LT LU LV MA MD MG MK"
    " MN MO MT MU MX MY NA NG NL NO NZ OM PA PE PH PL PT PY QA RO RS RW SA SE SG SI SK SN SV TH TN"
    " TR TT TZ UY UZ VN ZA BD BJ MC NE SM AZ BN BT AO DZ TW BS BW GA LA MZ KZ PK"
)
_PERSON = (
    "address.city address.line1 address.postal_code address.state dob.day dob.month dob.year email"
    " first_name id_number last_name phone ssn_last_4 verification.document"
)
_BUSINESS = "business_profile.mcc business_profile.url business_type external_account"
_ACCEPTANCE = "tos_acceptance.date tos_acceptance.ip"
_COMPANY = (
    "address.city address.line1 address.postal_code address.state name owners_provided phone tax_id"
)
_REPRESENTATIVE = f"{_PERSON} relationship.executive relationship.title"


def _of(whose: str, fields: str) -> list[str]:
    return [f"{whose}.{field}" for field in fields.split()]


def _required(*more: str) -> Obj:
    everyone = [*_BUSINESS.split(), *_ACCEPTANCE.split()]
    return {"additional": [], "minimum": sorted([*everyone, *more])}


_SPECS: dict[str, Obj] = {
    "US": {
        "id": "US",
        "object": KIND,
        "default_currency": "usd",
        "supported_bank_account_currencies": {"usd": ["US"]},
        "supported_payment_currencies": _CURRENCIES.split(),
        "supported_payment_methods": ["ach", "card", "stripe"],
        "supported_transfer_countries": _TRANSFERS.split(),
        "verification_fields": {
            "company": _required(
                *_of("company", _COMPANY),
                *_of("owners", _PERSON),
                *_of("representative", _REPRESENTATIVE),
            ),
            "individual": _required(*_of("individual", _PERSON)),
        },
    }
}


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    country = call.path["country"]
    if country in _SPECS:
        return _SPECS[country]
    if re.fullmatch("[A-Z]{2}", country, re.ASCII):
        raise not_simulated(f"the country specification of {country}")
    raise NoSuchObject(KIND, country, "country", in_path=True)


def list_all(world: World, call: Call) -> Embedded:
    call.only()
    return Embedded(tuple(_SPECS.values()))


HANDLERS: dict[str, Handler] = {
    "GET /v1/country_specs": list_all,
    "GET /v1/country_specs/{country}": retrieve,
}
