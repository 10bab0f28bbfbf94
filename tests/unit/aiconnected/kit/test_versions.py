"""Entity tags, and who may change which version."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from aiconnected.kit.versions import ANY, Expected, Stale, etag

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Thing:
    updated_at: datetime


READ = Thing(datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC))
CHANGED = Thing(READ.updated_at + timedelta(microseconds=1))


def test_a_tag_changes_with_the_microsecond_and_is_quoted() -> None:
    assert etag(READ) != etag(CHANGED)
    assert etag(READ).startswith('"')
    assert etag(READ).endswith('"')
    assert etag(READ) == etag(Thing(READ.updated_at.astimezone()))


@pytest.mark.parametrize("header", [None, "", "*", 'W/"1", *', f'"1", {etag(READ)}', etag(READ)])
def test_whoever_names_the_version_or_none_may_change_it(header: str | None) -> None:
    Expected.read(header).check(READ)
    ANY.check(READ)


@pytest.mark.parametrize("header", ['"1"', "nonsense", etag(CHANGED), "W/" + etag(READ)])
def test_whoever_names_another_version_may_not(header: str) -> None:
    with pytest.raises(Stale) as raised:
        Expected.read(header).check(READ)

    assert (raised.value.status, raised.value.error_code) == (412, "RES_PRECONDITION_FAILED")
