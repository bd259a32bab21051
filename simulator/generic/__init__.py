"""Every endpoint that the billing room does not carry out itself.

`stored` keeps what it is told, `shaped` only answers; both read what they need from the SDK.
"""

from simulator.generic.documents import Document
from simulator.generic.endpoints import AnyHandler, Endpoint, Fidelity, endpoint
from simulator.generic.prefixes import prefixes

__all__ = [
    "AnyHandler",
    "Document",
    "Endpoint",
    "Fidelity",
    "endpoint",
    "prefixes",
]
