"""What a list of calls may be asked for, and which window a search looks at."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from aiconnected.calls.lists import (
    CALLS,
    Sentiment,
    begun_before,
    sentiment,
    takes_all,
    window,
)
from aiconnected.kit.listing import Place

pytestmark = pytest.mark.unit

PRD_FILTERS = {
    "status", "direction", "from_number", "to_number", "phone_number_id", "agent_id", "tenant_id",
    "initiated_at", "answered_at", "ended_at", "duration", "outcome", "sentiment_label",
}  # fmt: skip
PRD_SORTS = {"initiated_at", "answered_at", "ended_at", "duration", "status", "from_number"}


def test_every_filter_and_order_of_the_prd_is_there() -> None:
    assert {name for name, field in CALLS.fields.items() if field.filters} >= PRD_FILTERS
    assert {name for name, field in CALLS.fields.items() if field.sorts} == PRD_SORTS
    assert CALLS.default.text == "-initiated_at"


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (None, None),
        (0.25, Sentiment.POSITIVE),
        (0.249, Sentiment.NEUTRAL),
        (-0.249, Sentiment.NEUTRAL),
        (-0.25, Sentiment.NEGATIVE),
    ],
)
def test_a_score_has_a_name(score: float | None, name: Sentiment | None) -> None:
    assert sentiment(score) is name


def test_a_search_looks_at_the_window_that_was_asked_for() -> None:
    wanted = CALLS.read(
        {
            "initiated_at[gte]": ["2026-01-01T00:00:00Z"],
            "initiated_at[gt]": ["2026-02-01T00:00:00Z"],
            "initiated_at[lt]": ["2026-03-01T00:00:00Z"],
        }
    )

    assert window(wanted) == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    assert window(CALLS.read({})) == (None, None)


def test_a_cursor_moves_the_windows_end() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    cursor = Place(order="-initiated_at", value=at, id=UUID(int=1)).encode()

    assert window(CALLS.read({"cursor": [cursor]})) == (None, at)
    by_number = Place(order="from_number", value="+1", id=UUID(int=1)).encode()
    assert window(CALLS.read({"cursor": [by_number], "sort": ["from_number"]})) == (None, None)


def test_what_was_over_by_a_moment_had_begun_by_then() -> None:
    wanted = CALLS.read({"ended_at[lt]": ["2026-03-01T00:00:00Z"], "status": ["failed"]})

    begun = begun_before(wanted)

    assert begun.conditions[:2] == wanted.conditions
    assert window(begun) == (None, datetime(2026, 3, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"answered_at[gte]": ["2026-03-01T00:00:00Z"]},
        {"ended_at[null]": ["true"]},
        {"ended_at[lt]": ["9999-12-31T23:59:59Z"]},
    ],
)
def test_nothing_else_says_when_a_call_began(parameters: dict[str, list[str]]) -> None:
    wanted = CALLS.read(parameters)

    assert begun_before(wanted) == wanted


def test_a_list_takes_all_calls_until_it_is_filtered() -> None:
    month = {"initiated_at[gte]": ["2026-03-01T00:00:00Z"]}

    assert takes_all(CALLS.of_tenant(CALLS.read(month), UUID(int=7)))
    assert not takes_all(CALLS.read(month | {"status": ["failed"]}))


def test_a_tenants_list_names_the_tenant() -> None:
    wanted = CALLS.of_tenant(CALLS.read({}), UUID(int=7))

    assert wanted.values("tenant_id") == (UUID(int=7),)
