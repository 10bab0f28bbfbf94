"""When the greeting began, by the carrier's journal."""

import pytest

from tests.bench.greetings import first_audio_ms
from tests.unit.bench.turning import journal

pytestmark = pytest.mark.unit


def test_the_greeting_counts_from_the_socket_to_its_first_audio() -> None:
    carrier = journal((10, "media.connected"), (52, "media.received"), (900, "media.received"))

    assert first_audio_ms(carrier) == pytest.approx(42)


@pytest.mark.parametrize("name", ["media.connected", "media.received"])
def test_a_call_without_a_greeting_has_no_time(name: str) -> None:
    assert first_audio_ms(journal((10, name))) is None
