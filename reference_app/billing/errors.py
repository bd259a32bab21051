"""What `billing` can refuse, and how a failure at Stripe looks from the rest of the app."""

from __future__ import annotations

from reference_app.errors import AppError


class NoCustomer(AppError):
    """There is nothing to manage: the organisation never began a purchase."""

    status = 409
    code = "no_customer"

    def __init__(self) -> None:
        super().__init__("This organisation has no billing account yet. Choose a plan first.")


class AlreadySubscribed(AppError):
    """Selling a second subscription would bill twice; the one there is can be changed instead."""

    status = 409
    code = "already_subscribed"

    def __init__(self) -> None:
        super().__init__("This organisation has a subscription already. Switch its plan on Stripe.")


class UnknownPlan(AppError):
    status = 404
    code = "unknown_plan"

    def __init__(self, plan: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no plan {plan!r}. There are: {', '.join(known)}.")


class PriceMissing(AppError):
    status = 503
    code = "price_missing"

    def __init__(self, lookup_key: str) -> None:
        super().__init__(
            f"Stripe has no active price with the lookup key {lookup_key!r}. "
            "Create it with: python -m reference_app.seed"
        )


class NothingToReactivate(AppError):
    status = 409
    code = "nothing_to_reactivate"

    def __init__(self) -> None:
        super().__init__("No cancellation is scheduled, so there is nothing to undo.")


class BadSignature(AppError):
    """Not provably from Stripe. Answered with 400, and nothing was looked at or changed."""

    status = 400
    code = "bad_signature"


class StripeRefused(AppError):
    """Stripe could not be reached or said no. A failure is never read as 'nothing there'."""

    status = 502
    code = "stripe_refused"

    def __init__(self, request_id: str | None) -> None:
        reference = f" (reference {request_id})" if request_id else ""
        super().__init__(f"Stripe could not do this just now{reference}. Please try again.")


class CustomerGone(StripeRefused):
    """Stripe does not know our customer: deleted there, and the webhook that says so is on its way.

    Only that webhook lets the organisation have another one; until then this is the answer.
    """

    status = 409
    code = "customer_gone"
