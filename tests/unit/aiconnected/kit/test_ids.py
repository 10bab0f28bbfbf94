"""UUIDv7 identifiers."""

import time

import pytest

from aiconnected.kit.ids import id_at, new_id

pytestmark = pytest.mark.unit


def test_an_identifier_is_of_version_7_and_the_rfcs_variant() -> None:
    identifier = new_id()

    assert identifier.version == 7
    assert identifier.variant == "specified in RFC 4122"


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    made = [id_at(moment) for moment in (1, 2, 1_700_000_000_000, (1 << 48) - 1)]

    assert made == sorted(made)
    assert made[2].int >> 80 == 1_700_000_000_000


def test_identifiers_of_one_millisecond_differ() -> None:
    assert len({id_at(1) for _ in range(1000)}) == 1000


def test_a_new_identifier_carries_the_present() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80

    assert before <= made <= time.time_ns() // 1_000_000
