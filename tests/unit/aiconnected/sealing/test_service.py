"""Sealing: what was sealed opens for its context, whole, and for nothing else."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.sealing.errors import SealBroken
from aiconnected.sealing.service import MAX_MESSAGES, Sealer
from tests.fakes.clock import FakeClock
from tests.fakes.keys import MemoryKeys

pytestmark = pytest.mark.unit

CONTEXT = {"purpose": "test", "agency_id": "northstar"}


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sealer(keys: MemoryKeys, clock: FakeClock) -> Sealer:
    return Sealer(keys, clock)


@given(content=st.binary(max_size=2000))
def test_what_is_sealed_opens_again(content: bytes) -> None:
    sealer = Sealer(MemoryKeys(), FakeClock())

    sealed = sealer.seal(content, context=CONTEXT)

    assert sealer.open(sealed, context=CONTEXT) == content
    assert len(content) < 8 or content not in sealed


def test_another_process_opens_it_by_the_key_service(keys: MemoryKeys, clock: FakeClock) -> None:
    sealed = Sealer(keys, clock).seal(b"secret", context=CONTEXT)

    assert Sealer(keys, clock).open(sealed, context=dict(reversed(CONTEXT.items()))) == b"secret"
    assert keys.unwrapped == 1


@pytest.mark.parametrize(
    "context",
    [{}, {"purpose": "test"}, CONTEXT | {"agency_id": "rival"}, CONTEXT | {"more": ""}],
)
def test_nothing_opens_for_another_context(sealer: Sealer, context: dict[str, str]) -> None:
    sealed = sealer.seal(b"secret", context=CONTEXT)

    with pytest.raises(SealBroken):
        sealer.open(sealed, context=context)


def test_no_byte_can_be_changed(sealer: Sealer) -> None:
    sealed = sealer.seal(b"secret", context=CONTEXT)

    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 0x01
        with pytest.raises(SealBroken):
            sealer.open(bytes(changed), context=CONTEXT)


def test_what_is_cut_short_does_not_open(sealer: Sealer) -> None:
    sealed = sealer.seal(b"secret", context=CONTEXT)

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealer.open(sealed[:length], context=CONTEXT)


def test_the_same_content_is_sealed_differently_each_time(sealer: Sealer) -> None:
    assert len({sealer.seal(b"secret", context=CONTEXT) for _ in range(50)}) == 50


def test_a_data_key_is_used_for_five_minutes(
    sealer: Sealer, keys: MemoryKeys, clock: FakeClock
) -> None:
    sealer.seal(b"first", context=CONTEXT)
    clock.advance(timedelta(minutes=5))
    sealer.seal(b"second", context=CONTEXT)
    assert keys.generated == 1

    clock.advance(timedelta(seconds=1))
    sealer.seal(b"third", context=CONTEXT)

    assert keys.generated == 2


def test_a_data_key_seals_a_thousand_messages(sealer: Sealer, keys: MemoryKeys) -> None:
    for _ in range(MAX_MESSAGES):
        sealer.seal(b"", context=CONTEXT)
    assert keys.generated == 1

    sealer.seal(b"", context=CONTEXT)

    assert keys.generated == 2


def test_each_context_has_its_own_data_key(sealer: Sealer, keys: MemoryKeys) -> None:
    for agency in range(300):  # more than are remembered
        sealer.seal(b"", context={"agency_id": str(agency)})

    assert keys.generated == 300


def test_an_opened_key_is_asked_for_again_after_five_minutes(
    sealer: Sealer, keys: MemoryKeys, clock: FakeClock
) -> None:
    sealed = sealer.seal(b"secret", context=CONTEXT)
    for _ in range(3):
        sealer.open(sealed, context=CONTEXT)
    assert keys.unwrapped == 1

    clock.advance(timedelta(minutes=6))
    sealer.open(sealed, context=CONTEXT)

    assert keys.unwrapped == 2
