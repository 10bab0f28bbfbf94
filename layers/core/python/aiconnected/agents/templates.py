"""Templates of prompts and lines: `{{name}}` stands for a variable."""

import re
from collections.abc import Collection, Mapping

from aiconnected.agents.errors import UnknownVariable

_VARIABLE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_ANY = re.compile(r"\{\{([^{}]*)\}\}")
# What every call knows, whatever the prompt; the prompt's own variables come on top.
CALL_VARIABLES = frozenset(
    {"agent_name", "business_name", "persona", "disclosure", "date", "time", "timezone", "hours"}
)
# Persona and disclosure are themselves filled with the rest.
INNER_VARIABLES = CALL_VARIABLES - {"persona", "disclosure"}


def fill(template: str, variables: Mapping[str, str]) -> str:
    """`template` with its variables' values; one without a value leaves nothing."""
    return _VARIABLE.sub(lambda match: variables.get(match[1], ""), template)


def unknown_in(template: str, *, known: Collection[str]) -> list[str]:
    """Names in `template` that have no value, in order."""
    return sorted(set(_VARIABLE.findall(template)) - set(known))


def malformed_in(template: str) -> list[str]:
    """What stands in double braces in `template` and cannot be a name, in order."""
    return sorted(
        {name.strip() for name in _ANY.findall(template)} - set(_VARIABLE.findall(template))
    )


def check(template: str, *, known: Collection[str], field: str = "content") -> None:
    """Raises `UnknownVariable` for names without a value, and for what cannot be a name."""
    if names := sorted({*unknown_in(template, known=known), *malformed_in(template)}):
        raise UnknownVariable(names, field=field)
