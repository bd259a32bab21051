"""Webhooks: what is owed to which endpoint, the signature, the retries, the courier."""

from __future__ import annotations

from simulator.delivery.courier import Courier
from simulator.delivery.deliveries import STATES, Answer, Attempt, Delivery, State
from simulator.delivery.outbox import (
    POLICIES,
    EndpointClosed,
    NothingTaken,
    Outbox,
    Parcel,
    Policy,
    UnknownDelivery,
)
from simulator.delivery.pump import ClockIsReal, Pump
from simulator.delivery.signature import HEADER, signature_header

__all__ = [
    "HEADER",
    "POLICIES",
    "STATES",
    "Answer",
    "Attempt",
    "ClockIsReal",
    "Courier",
    "Delivery",
    "EndpointClosed",
    "NothingTaken",
    "Outbox",
    "Parcel",
    "Policy",
    "Pump",
    "State",
    "UnknownDelivery",
    "signature_header",
]
