"""Spool lines: what was written whole comes back, what was torn is left out."""

from datetime import UTC, datetime

import pytest

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import StateChanged
from aiconnected.contracts.spool import SpoolLine, decode_all
from aiconnected.kit.ids import new_id

pytestmark = pytest.mark.unit


def line(seq: int) -> SpoolLine:
    envelope = Envelope.of(
        StateChanged(before="ringing", after="connected", reason="two\nlines"),
        at=datetime(2026, 11, 21, tzinfo=UTC),
        agency_id=new_id(),
        tenant_id=new_id(),
        call_id=new_id(),
    )
    return SpoolLine(seq=seq, owner="host:1:abc", envelope=envelope)


def test_a_line_comes_back_as_it_was_written() -> None:
    written = line(3)
    encoded = written.encode()

    assert encoded.count(b"\n") == 1
    assert SpoolLine.decode(encoded) == written


def test_a_torn_last_line_is_left_out() -> None:
    first, second = line(0), line(1)
    torn = second.encode()

    for cut in range(1, len(torn), 37):
        assert list(decode_all([first.encode(), torn[:cut]])) == [first]


def test_what_follows_a_torn_line_is_read() -> None:
    first, last = line(0), line(2)

    assert list(decode_all([first.encode(), b'{"seq": 1, "ow\n', last.encode()])) == [first, last]


def test_fields_of_a_later_version_are_ignored() -> None:
    written = line(0)
    later = written.encode().replace(b'{"seq"', b'{"shard":7,"seq"', 1)

    assert SpoolLine.decode(later) == written
