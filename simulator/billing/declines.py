"""Why a card is refused, in the codes and words of docs.stripe.com/declines/codes.

The body of a decline is that of recorded traffic (stripe_handles_card_declined); which advice comes
with which code follows docs.stripe.com/declines/codes#advice-codes, and the network's own code is
the recorded `01` for whatever the issuer declined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.contract.errors import CardError

MESSAGES = {
    "card_declined": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "incorrect_number": "Your card number is incorrect.",
    "insufficient_funds": "Your card has insufficient funds.",
    "card_velocity_exceeded": (
        "Your card was declined for making repeated attempts too frequently or exceeding its"
        " amount limit."
    ),
    "authentication_required": (
        "Your card was declined. This transaction requires authentication."
    ),
}
_ADVICE = {
    "lost_card": "do_not_try_again",
    "stolen_card": "do_not_try_again",
    "fraudulent": "do_not_try_again",
    "expired_card": "confirm_card_data",
    "incorrect_cvc": "confirm_card_data",
    "authentication_required": None,
}


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a charge is refused: `error.code` and, where Stripe gives one, `error.decline_code`.

    `blocked` is a refusal of Radar's, which never reached the card's issuer.
    """

    code: str = "card_declined"
    decline_code: str | None = "generic_decline"
    blocked: bool = False

    @property
    def message(self) -> str:
        return MESSAGES.get(self.decline_code or "", MESSAGES[self.code])

    @property
    def advice_code(self) -> str | None:
        return _ADVICE.get(self.decline_code or self.code, "try_again_later")

    @property
    def network_decline_code(self) -> str | None:
        return "01" if self.code == "card_declined" and not self.blocked else None

    def error(self, *, param: str | None = None, commits: bool = False, **extra: Any) -> CardError:
        """The 402 that Stripe answers (recorded traffic: stripe_handles_card_declined)."""
        return CardError(
            self.message,
            code=self.code,
            param=param,
            commits=commits,
            decline_code=self.decline_code,
            advice_code=self.advice_code,
            network_decline_code=self.network_decline_code,
            **extra,
        )

    def outcome(self) -> dict[str, Any]:
        """`charge.outcome` of a refused charge."""
        if self.blocked:
            return {
                "advice_code": None,
                "network_advice_code": None,
                "network_decline_code": None,
                "network_status": "not_sent_to_network",
                "reason": "highest_risk_level",
                "risk_level": "highest",
                "risk_score": 90,
                "seller_message": "Stripe blocked this payment as too risky.",
                "type": "blocked",
            }
        return {
            "advice_code": self.advice_code,
            "network_advice_code": None,
            "network_decline_code": self.network_decline_code,
            "network_status": "declined_by_network",
            "reason": self.decline_code or self.code,
            "risk_level": "normal",
            "risk_score": 32,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }


AUTHENTICATION_REQUIRED = Decline("authentication_required", "authentication_required")
"""A payment off session with a card whose issuer wants to see its holder."""
