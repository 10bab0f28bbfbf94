"""Sums of dollars as they are said: espeak-ng reads "$95" as "dollar ninety five"."""

import re

_DOLLARS = re.compile(r"\$\s?(\d(?:[\d,]*\d)?)(?:\.(\d{2})(?!\d))?")


def spoken(text: str) -> str:
    """Put the currency behind its number, cents after dollars."""
    return _DOLLARS.sub(_said, text)


def _said(sum_: re.Match[str]) -> str:
    said, cents = _counted(int(sum_[1].replace(",", "")), "dollar"), int(sum_[2] or 0)
    return f"{said} and {_counted(cents, 'cent')}" if cents else said


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
