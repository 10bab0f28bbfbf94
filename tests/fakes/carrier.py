"""A carrier in memory: numbers for sale, calls placed."""

from dataclasses import dataclass, field

from aiconnected.calls.ports import Dialling
from aiconnected.kit.errors import AppError
from aiconnected.numbers.errors import NotForSale
from aiconnected.numbers.ports import AvailableNumber, NumberSearch, Webhooks


@dataclass(slots=True)
class MemoryCarrier:
    """Fills `numbers.ports.NumberMarket` and `calls.ports.Dialler`."""

    for_sale: list[str] = field(default_factory=lambda: ["+14155550150", "+14155550151"])
    sold: dict[str, str] = field(default_factory=dict[str, str])  # number by its id
    webhooks: list[Webhooks] = field(default_factory=list[Webhooks])
    dialled: list[Dialling] = field(default_factory=list[Dialling])
    failure: AppError | None = None

    def search(self, wanted: NumberSearch) -> list[AvailableNumber]:
        self._check()
        found = [each for each in self.for_sale if (wanted.area_code or "") in each]
        return [
            AvailableNumber(
                number=number, locality=None, state="CA", country="US", capabilities=("voice",)
            )
            for number in found[: wanted.limit]
        ]

    def buy(self, number: str, *, friendly_name: str, webhooks: Webhooks) -> str:
        self._check()
        if number not in self.for_sale:
            raise NotForSale
        self.for_sale.remove(number)
        external_id = f"PN{len(self.sold):032}"
        self.sold[external_id] = number
        self.webhooks.append(webhooks)
        return external_id

    def find(self, number: str) -> str | None:
        self._check()
        return next((each for each, sold in self.sold.items() if sold == number), None)

    def give_back(self, external_id: str) -> None:
        self._check()
        number = self.sold.pop(external_id, None)
        if number is not None:
            self.for_sale.append(number)

    def dial(self, dialling: Dialling) -> str:
        self._check()
        self.dialled.append(dialling)
        return f"CA{len(self.dialled):032}"

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure
