"""The price book a fresh database starts with: the sources' figures and vendors' list prices."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from aiconnected.contracts.facts import Component
from aiconnected.kit.ids import new_id
from aiconnected.usage.models import Rate, RateKind

VALID_FROM = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE, MILLION = Decimal(60), Decimal(1_000_000)  # of seconds; of tokens or characters

_B7 = "requirements B7"
_LIST = "vendor's list price, pay as you go, 2026-01"
# component, provider, model, unit, micros, per, source; 1,000,000 micros are one dollar.
_COSTS = (
    (Component.TELEPHONY, "twilio", "", "second", 5_000, MINUTE, _B7),
    (Component.STT, "deepgram", "nova-2", "second", 4_300, MINUTE, _B7),
    (Component.STT, "deepgram", "nova-3", "second", 7_700, MINUTE, _LIST),
    (Component.TTS, "deepgram", "", "character", 30_000_000, MILLION, _B7),
    (Component.TTS, "cartesia", "", "character", 30_000_000, MILLION, _B7),
    (Component.EMBEDDING, "openai", "text-embedding-3-small", "token", 20_000, MILLION, _B7),
    (Component.LLM_INPUT, "anthropic", "claude-haiku-4-5", "token", 1_000_000, MILLION, _LIST),
    (Component.LLM_OUTPUT, "anthropic", "claude-haiku-4-5", "token", 5_000_000, MILLION, _LIST),
    (Component.LLM_INPUT, "anthropic", "claude-sonnet-4-5", "token", 3_000_000, MILLION, _LIST),
    (Component.LLM_OUTPUT, "anthropic", "claude-sonnet-4-5", "token", 15_000_000, MILLION, _LIST),
)
# A minute of call is what is sold; B7 gives $0.05 to $0.08.
_PRICES = ((Component.TELEPHONY, "", "", "second", 65_000, MINUTE, _B7),)


def price_book() -> Iterator[tuple[Rate, str]]:
    """Every rate of the platform, with the source of its figure."""
    for kind, rows in ((RateKind.COST, _COSTS), (RateKind.PRICE, _PRICES)):
        for component, provider, model, unit, micros, per, source in rows:
            rate = Rate(
                id=new_id(),
                kind=kind,
                component=component,
                provider=provider,
                model=model,
                unit=unit,
                micros=micros,
                per=per,
                currency="USD",
                valid_from=VALID_FROM,
            )
            yield rate, source
