"""A spool keeps every fact in order, survives its writer and belongs to one process at a time."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import StateChanged
from aiconnected.contracts.spool import SpoolLine
from aiconnected.kit.ids import new_id
from realtime.record.spool import SpoolFile

pytestmark = pytest.mark.unit
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def line(seq: int, call_id: UUID) -> SpoolLine:
    fact = StateChanged(before="ringing", after="connected")
    envelope = Envelope.of(fact, at=AT, agency_id=new_id(), tenant_id=new_id(), call_id=call_id)
    return SpoolLine(seq=seq, owner="host:1", envelope=envelope)


def test_lines_are_read_in_batches_and_again_until_confirmed(tmp_path: Path) -> None:
    call_id = new_id()
    spool = SpoolFile.create(tmp_path, call_id)
    for seq in (1, 2, 3):
        spool.append(line(seq, call_id))

    first, offset = spool.unread(2)
    assert [x.seq for x in first] == [1, 2]
    assert [x.seq for x in spool.unread(2)[0]] == [1, 2]

    spool.confirm(offset)
    assert [x.seq for x in spool.unread(2)[0]] == [3]


def test_a_torn_last_line_is_left_out_and_mended_for_what_follows(tmp_path: Path) -> None:
    call_id = new_id()
    spool = SpoolFile.create(tmp_path, call_id)
    spool.append(line(1, call_id))
    with spool.path.open("ab") as file:
        file.write(line(2, call_id).encode()[:40])
    spool.close(done=False)

    adopted = SpoolFile.adopt(spool.path)
    adopted.mend()
    adopted.append(line(2, call_id))

    assert [x.seq for x in adopted.unread(10)[0]] == [1, 2]


def test_a_spool_is_adopted_only_when_its_owner_is_gone(tmp_path: Path) -> None:
    spool = SpoolFile.create(tmp_path, new_id())
    with pytest.raises(BlockingIOError):
        SpoolFile.adopt(spool.path)

    spool.close(done=False)

    SpoolFile.adopt(spool.path).close(done=True)
    assert not spool.path.exists()
