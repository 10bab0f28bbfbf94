"""Tokens as this server counts them: about four characters each."""

import json
import math
import re

CHARACTERS = 4
_PIECE = re.compile(r"\s*[^\s]{1,5}|\s+$")


def pieces(text: str) -> list[str]:
    """Cut text into tokens; joined again they give the text back."""
    return _PIECE.findall(text)


def estimate_of_json(value: object) -> int:
    """Estimate the tokens of a JSON value."""
    return math.ceil(len(json.dumps(value, ensure_ascii=False)) / CHARACTERS)
