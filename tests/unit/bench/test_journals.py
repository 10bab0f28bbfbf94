"""Finding events in a journal."""

import pytest

from tests.unit.bench.turning import at, journal

pytestmark = pytest.mark.unit

KNOWN = journal((10, "a", {"n": 1}), (20, "b"), (30, "a", {"n": 2}))


def test_the_last_event_until_a_moment() -> None:
    assert KNOWN.last("a", until=at(25)) == KNOWN.events[0]
    assert KNOWN.last("a", until=at(30)) == KNOWN.events[2]
    assert KNOWN.last("a", until=at(5)) is None
    assert KNOWN.last("a", until=at(30), where=lambda e: e.fields["n"] == 1) == KNOWN.events[0]


def test_the_first_event_since_a_moment() -> None:
    assert KNOWN.first("a", since=at(11)) == KNOWN.events[2]
    assert KNOWN.first("b", since=at(21)) is None


def test_events_are_counted_from_a_moment_to_before_another() -> None:
    assert KNOWN.count("a", since=at(10), until=at(30)) == 1
