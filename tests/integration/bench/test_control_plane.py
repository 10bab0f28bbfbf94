"""The process that times control-plane requests."""

import pytest

from tests.bench import control_plane

pytestmark = pytest.mark.integration


async def test_requests_are_timed_against_an_empty_handler() -> None:
    cost = await control_plane.measure(20)

    assert cost.samples == 20
    assert cost.ours is not None
    assert cost.bare is not None
    assert cost.ours > cost.bare > 0
