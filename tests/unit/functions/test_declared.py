"""What routes declare of themselves."""

from datetime import date

import pytest

from chalicelib.declared import Access, Deprecation, Pace
from chalicelib.routes import GROUPS
from chalicelib.routing import Routes

pytestmark = pytest.mark.unit

# Public routes that change something and are not strictly limited: their senders sign.
SIGNED = ("/api/v1/webhooks/", "/api/twilio/")


def test_callers_have_six_months_notice_of_the_end_of_a_route() -> None:
    with pytest.raises(ValueError, match="six months"):
        Deprecation(since=date(2026, 1, 1), sunset=date(2026, 6, 1), successor="/api/v2/x")


def test_the_public_is_limited_strictly_wherever_it_may_do_more_than_read() -> None:
    lenient = {
        path
        for group in GROUPS
        for (method, path), declared in group.declared.items()
        if declared.access is Access.PUBLIC and method != "GET"
        if declared.pace is not Pace.STRICT and not path.startswith(SIGNED)
    }

    assert lenient == set()


def test_senders_who_sign_are_never_limited() -> None:
    limited = {
        path
        for group in GROUPS
        for (_, path), declared in group.declared.items()
        if declared.access is Access.PUBLIC and path.startswith(SIGNED)
        if declared.pace is not Pace.FREE
    }

    assert limited == set()


def test_a_group_and_a_route_may_set_their_own_pace() -> None:
    group = Routes("test", pace=Pace.FREE)

    @group.post("/a", access=Access.PUBLIC, summary="")
    @group.post("/b", access=Access.PUBLIC, summary="", pace=Pace.NORMAL)
    def handler() -> None: ...

    assert group.declared["POST", "/a"].pace is Pace.FREE
    assert group.declared["POST", "/b"].pace is Pace.NORMAL
    assert {each.handler for each in group.declared.values()} == {handler}
