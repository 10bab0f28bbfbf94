"""The port of a carrier that sells numbers."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSearch:
    """What kind of number is looked for; None does not narrow."""

    country: str = "US"  # ISO 3166
    area_code: str | None = None
    contains: str | None = None  # digits and letters, * for any
    state: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableNumber:
    """A number that can be bought."""

    number: str  # E.164
    locality: str | None
    state: str | None
    country: str
    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """Where a number's carrier asks what to do, and tells how it went."""

    voice_url: str
    status_url: str


class NumberMarket(Protocol):
    """Sells numbers. Every method raises ProviderError."""

    def search(self, wanted: NumberSearch) -> list[AvailableNumber]:
        """Numbers for sale; raises `Invalid` for a country that has none."""
        ...

    def buy(self, number: str, *, friendly_name: str, webhooks: Webhooks) -> str:
        """Buy a number (E.164) and lead its calls to us; the carrier's id of it.

        Raises `NotForSale`.
        """
        ...

    def find(self, number: str) -> str | None:
        """The carrier's id of a number (E.164) that we have bought; None when we have not."""
        ...

    def give_back(self, external_id: str) -> None:
        """End the contract; no error when it has ended already."""
        ...
