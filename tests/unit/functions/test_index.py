"""The index of routes: what the deployed function knows of them before it imports any."""

import pytest

from chalicelib import index
from chalicelib.routes.every import GROUPS

pytestmark = pytest.mark.unit


def test_the_committed_index_is_that_of_the_routes() -> None:
    assert index.FILE.read_text(encoding="utf-8") == index.text(GROUPS)


def test_every_route_is_found_where_the_index_says() -> None:
    known = {route: group for group in index.read() for route in group.routes}

    assert sorted(known) == sorted(route for group in GROUPS for route in group.declared)
    for route, group in known.items():
        assert route in group.load().declared
