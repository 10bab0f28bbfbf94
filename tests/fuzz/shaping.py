"""What is done to made-up requests so that many of them get past the first check."""

from dataclasses import dataclass
from random import Random
from typing import Any, cast

from hypothesis import strategies as st
from schemathesis import Case

from tests.fixtures.world import Place, World
from tests.integration.functions.bodies import body_of

_UNLIKELY = 10  # one in so many


@dataclass(frozen=True, slots=True)
class Draws:
    """Chances of one request."""

    random: Random

    def one_in(self, count: int) -> bool:
        """Whether something that is true once in so many times is true now."""
        return self.random.randrange(count) == 0


def draws() -> st.SearchStrategy[Draws]:
    """The chances of a request, drawn with it."""
    return st.integers(0, 2**32).map(lambda seed: Draws(Random(seed)))  # noqa: S311 -- test data


def shaped(case: Case[Any], chances: Draws, *, world: World, place: Place) -> None:
    """Name rows that exist, ask for few things at once, and take the example's word sometimes."""
    parameters = case.path_parameters or {}
    for name in parameters:
        if not chances.one_in(_UNLIKELY):
            parameters[name] = world.parameter(name, place)
    case.query = _few(case.query or {}, chances)
    headers = dict(case.headers or {})
    for name in ("If-Match", "If-None-Match", "Idempotency-Key"):
        if not chances.one_in(_UNLIKELY):
            headers.pop(name, None)
    case.headers = headers  # type: ignore[assignment] -- it takes any mapping
    if isinstance(case.body, dict):
        case.body = _body(case, chances, world=world, place=place)


def _few(query: dict[str, Any], chances: Draws) -> dict[str, Any]:
    """At most three parameters, and seldom those that almost nothing is right for.

    `fields` has tests of its own: it leaves out what the description of an answer requires.
    """
    names = [name for name in query if name != "fields"]
    if not chances.one_in(_UNLIKELY):
        names = [name for name in names if name != "cursor"]
    chances.random.shuffle(names)
    return {name: query[name] for name in names[: chances.random.randrange(4)]}


def _body(case: Case[Any], chances: Draws, *, world: World, place: Place) -> dict[str, Any]:
    body = cast("dict[str, Any]", case.body)
    example = body_of((case.method.upper(), case.path), world, place)
    kind = chances.random.randrange(3)
    if kind == 0:
        return body
    names = list(body)
    chances.random.shuffle(names)
    few = {name: body[name] for name in names[: 1 + chances.random.randrange(2)]}
    if case.method.upper() == "PATCH":
        chosen = list(example)
        chances.random.shuffle(chosen)
        return {name: example[name] for name in chosen[:2]} if kind == 1 else few
    return example if kind == 1 else example | few
