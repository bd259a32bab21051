"""Trials: how they begin and end."""

from __future__ import annotations

from simulator.engine import DAY, HOUR
from tests.billing.transitions.sequences import RENEWAL_PAID
from tests.billing.transitions.stories import bought, cardless_trial, changed, on_trial
from tests.billing.transitions.transition import Transition

TRIALS = [
    Transition(
        "7 created on trial",
        lambda a: (a.payer(), a.plan()),
        lambda a, held: a.subscribed(held[1], customer=held[0], trial_period_days=7),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
        ],
    ),
    Transition(
        "7' a trial of under three days is about to end at once",
        lambda a: on_trial(a, 2),
        lambda a, _: a.pass_time(0),
        ["customer.subscription.trial_will_end"],
    ),
    Transition(
        "8 three days before the trial ends",
        on_trial,
        lambda a, s: a.pass_to(s["trial_end"] - 3 * DAY),
        ["customer.subscription.trial_will_end"],
    ),
    Transition(
        "9 the trial ends with a card",
        lambda a: (s := on_trial(a), a.pass_to(s["trial_end"] - 1))[0],
        lambda a, s: a.pass_to(s["trial_end"]),
        ["invoice.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"status", "items", "latest_invoice"}},
    ),
    Transition(
        "10 the trial ends without a card: cancel",
        lambda a: (s := cardless_trial(a, "cancel"), a.pass_to(s["trial_end"] - 1))[0],
        lambda a, s: a.pass_to(s["trial_end"]),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "10 the trial ends without a card: create_invoice",
        lambda a: (s := cardless_trial(a, "create_invoice"), a.pass_to(s["trial_end"]))[0],
        lambda a, _: a.pass_time(HOUR),
        [
            "payment_intent.created",
            "invoice.finalized",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.subscription.updated",
            "customer.updated",
        ],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "10 the trial ends without a card: pause",
        lambda a: (s := cardless_trial(a, "pause"), a.pass_to(s["trial_end"] - 1))[0],
        lambda a, s: a.pass_to(s["trial_end"]),
        ["customer.subscription.updated", "customer.subscription.paused"],
        {"customer.subscription.updated": {"status", "status_details"}},
    ),
    Transition(
        "9 the trial that ended is paid an hour later",
        lambda a: (s := on_trial(a), a.pass_to(s["trial_end"]))[0],
        lambda a, _: a.pass_time(HOUR),
        RENEWAL_PAID,
    ),
    Transition(
        "9 the trial is ended by hand",
        on_trial,
        lambda a, s: changed(a, s, trial_end="now"),
        [
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "7 created on trial without a card",
        lambda a: (a.post("customers")["id"], a.plan()),
        lambda a, held: bought(a, held, trial_period_days=7),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
        ],
    ),
]
