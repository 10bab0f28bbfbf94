"""Tokens as this server counts them: about four characters each."""

import math
import re
from typing import cast

CHARACTERS = 4
_FORM = frozenset(("type", "role", "cache_control", "is_error"))
_PIECE = re.compile(r"\s*[^\s]{1,5}|\s+$")


def pieces(text: str) -> list[str]:
    """Cut text into tokens; joined again they give the text back."""
    return _PIECE.findall(text)


def estimate(value: object) -> int:
    """Estimate the tokens of a JSON value from what a model would read of it."""
    return math.ceil(_characters(value) / CHARACTERS)


def _characters(value: object) -> int:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return sum(_characters(entry) for key, entry in entries.items() if key not in _FORM)
    if isinstance(value, list):
        return sum(_characters(entry) for entry in cast("list[object]", value))
    return len(value) if isinstance(value, str) else len(str(value))
