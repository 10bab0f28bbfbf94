"""Money and quantities of a bill as people read them."""

from collections.abc import Mapping
from typing import Any

_MICROS = 1_000_000
_VISIBLE = 50  # micros that are seen at four decimals
_COMPONENTS = {
    "telephony": "Telephony",
    "stt": "Speech to text",
    "llm_input": "Model, input",
    "llm_output": "Model, output",
    "tts": "Voice",
    "embedding": "Embeddings",
    "recording": "Recording",
}


def money(amount: Mapping[str, Any] | None) -> str:
    """`{micros, currency}` to a hundredth of a cent, or as small as it takes to see it."""
    if amount is None:
        return "–"
    micros, currency = int(amount["micros"]), str(amount["currency"])
    digits = 6 if 0 < abs(micros) < _VISIBLE else 4
    value = f"{abs(micros) / _MICROS:,.{digits}f}"
    sign = "-" if micros < 0 else ""
    return f"{sign}${value}" if currency == "USD" else f"{sign}{value} {currency}"


def quantity(part: Mapping[str, Any]) -> str:
    """How much of a component was used."""
    amount = float(part["quantity"])
    return f"{amount:,.0f} {part['unit']}{'' if amount == 1 else 's'}"


def component(part: Mapping[str, Any]) -> str:
    """What a component is called."""
    name = str(part["component"])
    return _COMPONENTS.get(name, name.replace("_", " ").capitalize())
