"""Meters of what a conversation spends; each reading is a record with a reference of its own."""

from dataclasses import dataclass
from decimal import Decimal

from aiconnected.contracts.facts import Component, UsageMeasured
from realtime.agent.ports import FactSink

_UNIT = {
    Component.STT: "second",
    Component.LLM_INPUT: "token",
    Component.LLM_OUTPUT: "token",
    Component.TTS: "character",
    Component.EMBEDDING: "token",
}


@dataclass(frozen=True, slots=True)
class _Meter:
    component: Component
    provider: str
    model: str


class Usage:
    """Adds up between readings."""

    def __init__(self, facts: FactSink) -> None:
        self._facts = facts
        self._counts: dict[_Meter, Decimal] = {}
        self._readings = 0

    def add(self, component: Component, quantity: float, *, provider: str, model: str) -> None:
        """Count `quantity` more of the component's unit."""
        if quantity > 0:
            meter = _Meter(component, provider, model)
            more = Decimal(str(round(quantity, 3)))
            self._counts[meter] = self._counts.get(meter, Decimal(0)) + more

    def read(self) -> None:
        """Write down what was spent since the last reading."""
        counts, self._counts = self._counts, {}
        for meter, quantity in counts.items():
            self._readings += 1
            self._facts.append(
                UsageMeasured(
                    component=meter.component,
                    provider=meter.provider,
                    model=meter.model,
                    unit=_UNIT[meter.component],
                    quantity=quantity,
                    ref=f"agent:{meter.component.value}:{self._readings}",
                )
            )
