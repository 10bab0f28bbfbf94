"""Money as integer micro-units of a currency: 1 USD is 1,000,000 micros, never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


class CurrencyMismatchError(ValueError):
    """Amounts of different currencies do not add up."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Money:
    """An exact amount; serialised as `{"micros": 12500, "currency": "USD"}`."""

    micros: int
    currency: str = "USD"

    def __add__(self, other: "Money") -> "Money":
        return Money(micros=self.micros + self._same(other).micros, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(micros=self.micros - self._same(other).micros, currency=self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency}")
        return other


def priced(quantity: Decimal, *, micros: int, per: Decimal) -> int:
    """Micros for `quantity` units at `micros` for each `per` units, rounded half to even."""
    return int((quantity * micros / per).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
