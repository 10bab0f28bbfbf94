"""The ids that imported rows get."""

import pytest

from aiconnected.exports.importing import Ids
from aiconnected.kit.ids import id_at

pytestmark = pytest.mark.unit


def test_an_id_stands_for_the_same_id_within_an_import_and_for_another_in_the_next() -> None:
    old = str(id_at(1_795_000_000_000))
    one, other = Ids(), Ids()

    assert one.of(old) == one.of(old)
    assert len({old, one.of(old), other.of(old)}) == 3


def test_ids_keep_their_version_and_their_order_in_time() -> None:
    ids = Ids()
    old = [id_at(1_795_000_000_000 + ms) for ms in range(50)]

    new = [ids.of(str(each)) for each in old]

    assert new == sorted(new)
    assert {each[14] for each in new} == {"7"}
    assert {each[19] for each in new} <= set("89ab")
