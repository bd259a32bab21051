"""Search (docs.stripe.com/search): a query language over seven kinds of objects."""

from simulator.api.search.results import HANDLERS, INCLUDABLE

__all__ = ["HANDLERS", "INCLUDABLE"]
