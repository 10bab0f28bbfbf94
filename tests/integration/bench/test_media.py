"""The echo that measures the media leg, over real sockets."""

import pytest

from tests.bench import media

pytestmark = pytest.mark.integration


async def test_every_frame_comes_back_through_both_echoes() -> None:
    added = await media.measure(25)

    assert added.samples == 25
    assert added.inward is not None
    assert added.outward is not None
