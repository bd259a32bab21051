"""Broken twins of the app, each with one bug that real products have shipped.

A mutant is a module with a `create_app(settings)` of its own, in which one method of `Billing` is
replaced; its docstring says how it fails, what a customer notices and which invariant it breaks. A
new module in this folder is a new mutant: `python -m reference_app --mutant NAME`.

Four bug patterns have no twin here, for the app has nothing in which they could be:

| pattern                                       | why not                                          |
|-----------------------------------------------|--------------------------------------------------|
| F10 customer locked to one currency           | all prices are in one currency                   |
| G9 client_reference_id lost or spoofed        | sessions are made by the server, whose reference |
|                                               | no buyer can write; there are no payment links   |
| G17 account deleted, subscription lives on    | organisations cannot be deleted                  |
| G19 entitlement list truncated or dropped     | plans are read from subscriptions, not from      |
|                                               | Stripe's entitlement summaries                   |
"""

from reference_app.mutants._registry import load, names

__all__ = ["load", "names"]
