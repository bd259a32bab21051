"""Customers, their cards and tax ids, what they are entitled to, and test clocks."""

from __future__ import annotations

from simulator.engine import DAY, HOUR
from tests.billing.account import period
from tests.billing.transitions.stories import (
    advanced,
    bought,
    credited,
    entitled,
    entitling,
    nothing,
    on_clock,
    refused,
    then,
)
from tests.billing.transitions.transition import Transition

CUSTOMERS = [
    Transition("customer made", nothing, lambda a, _: a.post("customers"), ["customer.created"]),
    Transition(
        "customer described",
        lambda a: a.payer(),
        lambda a, c: a.post(f"customers/{c}", email="bea@example.org"),
        ["customer.updated"],
        {"customer.updated": {"email"}},
    ),
    Transition(
        "customer described as it is: nothing",
        lambda a: a.payer(),
        lambda a, c: a.post(f"customers/{c}", email="ada@example.org"),
        [],
    ),
    Transition(
        "customer credited",
        lambda a: a.subscribed(),
        lambda a, s: credited(a, s, 500),
        ["customer.updated"],
        {"customer.updated": {"balance", "next_invoice_sequence"}},
    ),
    Transition(
        "customer deleted",
        lambda a: a.payer(),
        lambda a, c: a.delete(f"customers/{c}"),
        ["customer.deleted"],
    ),
    Transition(
        "card attached",
        lambda a: a.payer(),
        lambda a, c: a.post("payment_methods/pm_card_mastercard/attach", customer=c),
        ["payment_method.attached"],
    ),
    Transition(
        "default card detached",
        lambda a: a.default_card(a.payer(), "pm_card_mastercard"),
        lambda a, method: a.post(f"payment_methods/{method}/detach"),
        ["payment_method.detached", "customer.updated"],
        {"customer.updated": {"invoice_settings"}},
    ),
    Transition(
        "card that is refused on being attached: nothing",
        lambda a: a.payer(),
        lambda a, c: refused(
            lambda: a.post("payment_methods/pm_card_visa_chargeDeclined/attach", customer=c), 402
        ),
        [],
    ),
    Transition(
        "tax id added, and verified",
        lambda a: a.payer(),
        lambda a, c: (
            a.post(f"customers/{c}/tax_ids", type="eu_vat", value="DE000000000"),
            a.pass_time(HOUR),
        ),
        ["customer.tax_id.created", "customer.tax_id.updated"],
        {"customer.tax_id.updated": {"verification"}},
    ),
    Transition(
        "tax id removed",
        lambda a: (
            c := a.payer(),
            a.post(f"customers/{c}/tax_ids", type="eu_vat", value="DE123456789")["id"],
        ),
        lambda a, held: a.delete(f"customers/{held[0]}/tax_ids/{held[1]}"),
        ["customer.tax_id.deleted"],
    ),
    Transition(
        "price made",
        lambda a: a.post("products", name="Gold")["id"],
        lambda a, product: a.plan(product=product),
        ["price.created", "plan.created"],
    ),
    Transition(
        "28 features gained with a subscription",
        lambda a: (a.payer(), entitling(a)),
        bought,
        [
            "charge.succeeded",
            "customer.updated",
            "customer.subscription.created",
            "payment_intent.succeeded",
            "payment_intent.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
            "entitlements.active_entitlement_summary.updated",
        ],
    ),
    Transition(
        "28 features lost with it",
        entitled,
        lambda a, s: a.delete(f"subscriptions/{s['id']}"),
        ["customer.subscription.deleted", "entitlements.active_entitlement_summary.updated"],
    ),
    Transition(
        "28 features kept at a renewal: nothing more",
        then(entitled, lambda a, s: a.pass_to(period(s)[1] - 1)),
        lambda a, _: a.pass_time(1),
        ["invoice.created", "customer.subscription.updated"],
    ),
    Transition(
        "28 features change with the plan",
        lambda a: (entitled(a), a.plan(9900)),
        lambda a, held: a.switch(*held, proration_behavior="none"),
        ["customer.subscription.updated", "entitlements.active_entitlement_summary.updated"],
    ),
    Transition(
        "21, 28 features are lost with a pause",
        then(entitled, lambda a, _: a.pass_time(DAY)),
        lambda a, s: a.post(f"subscriptions/{s['id']}/pause"),
        [
            "invoiceitem.created",
            "customer.subscription.updated",
            "customer.subscription.paused",
            "entitlements.active_entitlement_summary.updated",
        ],
    ),
    Transition(
        "22, 28 features come back as it is resumed",
        then(
            entitled,
            lambda a, s: (a.pass_time(DAY), a.post(f"subscriptions/{s['id']}/pause")),
        ),
        lambda a, s: a.post(
            f"subscriptions/{s['id']}/resume", payment_behavior="resume_on_payment_success"
        ),
        [
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "customer.subscription.resumed",
            "invoice_payment.paid",
            "entitlements.active_entitlement_summary.updated",
        ],
    ),
    Transition(
        "test clock made",
        nothing,
        lambda a, _: a.post("test_helpers/test_clocks", frozen_time=a.world.now()),
        ["test_helpers.test_clock.created"],
    ),
    Transition(
        "test clock advanced over a renewal",
        on_clock,
        lambda a, s: advanced(a, s, period(s)[1] + HOUR),
        [
            "test_helpers.test_clock.advancing",
            "invoice.upcoming",
            "invoice.created",
            "customer.subscription.updated",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
            "test_helpers.test_clock.ready",
        ],
    ),
    Transition(
        "test clock deleted with its customer and subscription",
        on_clock,
        lambda a, s: a.delete(f"test_helpers/test_clocks/{s['test_clock']}"),
        ["customer.subscription.deleted", "customer.deleted", "test_helpers.test_clock.deleted"],
    ),
]
