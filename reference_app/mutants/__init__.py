"""Broken twins of the app, each with one bug that real products have shipped.

A mutant is a module with a `create_app(settings)` of its own, in which one method of `Billing` is
replaced; its docstring says how it fails, what a customer notices and which invariant it breaks. A
new module in this folder is a new mutant: `python -m reference_app --mutant NAME`.
"""

from reference_app.mutants._registry import load, names

__all__ = ["load", "names"]
