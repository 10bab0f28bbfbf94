"""Reading of calls: filtered, page by page, and within one's own scope."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from aiconnected.calls.errors import CallNotFound, RecordingNotFound
from aiconnected.calls.models import CallTicket, Carrier, Direction
from aiconnected.calls.state import CallStatus
from aiconnected.calls.views import CallFilter
from aiconnected.db import Scope, Work
from aiconnected.kit.ids import new_id
from aiconnected.kit.paging import PageRequest
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.voice import Core, Practice

pytestmark = pytest.mark.integration

ALL = PageRequest(limit=10)


@pytest.fixture
def calls(core: Core, practice: Practice) -> list[UUID]:
    """Five calls a minute apart, oldest first; the last was abandoned."""
    made: list[UUID] = []
    for n in range(5):
        core.clock.move(timedelta(minutes=1))
        ticket = core.calls.open(
            Carrier.TWILIO, f"CA{n}", from_=f"+1212555010{n}", to=practice.number
        )
        assert isinstance(ticket, CallTicket)
        made.append(ticket.call_id)
    core.carrier.aftermath(Carrier.TWILIO, "CA4")
    return made


@pytest.fixture
def work(core: Core, practice: Practice) -> Iterator[Work]:
    """Work for the practice."""
    with core.database.work(practice.tenancy.scope) as work:
        yield work


def test_calls_are_listed_newest_first_page_by_page(
    core: Core, calls: list[UUID], work: Work
) -> None:
    first = core.reader.page(work, request=PageRequest(limit=2))
    second = core.reader.page(work, request=PageRequest(limit=2, cursor=first.next_cursor))
    last = core.reader.page(work, request=PageRequest(limit=2, offset=4))

    assert [call.id for call in first.items + second.items + last.items] == calls[::-1]
    assert (first.total, last.next_cursor) == (5, None)


def test_calls_are_found_by_what_is_known_of_them(
    core: Core, calls: list[UUID], work: Work
) -> None:
    start = core.clock.now() - timedelta(minutes=4)
    cases = [
        (CallFilter(status=CallStatus.ABANDONED), [4]),
        (CallFilter(status=CallStatus.RINGING), [3, 2, 1, 0]),
        (CallFilter(direction=Direction.OUTBOUND), []),
        (CallFilter(external_call_id="CA2"), [2]),
        (CallFilter(from_number="+12125550103"), [3]),
        (CallFilter(to_number="+12125550199", since=start + timedelta(minutes=3)), [4, 3]),
        (CallFilter(until=start + timedelta(minutes=2)), [1, 0]),
    ]

    for filters, expected in cases:
        page = core.reader.page(work, filters=filters, request=ALL)
        assert [calls.index(call.id) for call in page.items] == expected
        assert page.total == len(expected)


def test_an_agency_sees_the_calls_of_its_clients_and_nobody_elses(
    core: Core, calls: list[UUID], tenancies: Tenancies
) -> None:
    def count(scope: Scope, tenant_id: UUID | None = None) -> int:
        with core.database.work(scope) as work:
            return len(core.reader.page(work, tenant_id=tenant_id, request=ALL).items)

    dental, plumbing, stranger = tenancies.dental, tenancies.plumbing, tenancies.stranger
    assert count(dental.agency_scope) == 5
    assert count(dental.agency_scope, dental.tenant_id) == 5
    assert count(dental.agency_scope, plumbing.tenant_id) == 0
    assert count(plumbing.scope) == 0
    assert count(plumbing.scope, dental.tenant_id) == 0
    assert count(stranger.agency_scope) == 0
    assert count(Scope.platform("test")) == 5


def test_a_call_of_another_is_not_there(
    core: Core, calls: list[UUID], tenancies: Tenancies
) -> None:
    for scope in (tenancies.plumbing.scope, tenancies.stranger.agency_scope):
        with core.database.work(scope) as work, pytest.raises(CallNotFound):
            core.reader.get(work, calls[0])


def test_a_call_without_audio_has_no_recording(core: Core, calls: list[UUID], work: Work) -> None:
    with pytest.raises(RecordingNotFound):
        core.reader.recording(work, calls[0])


def test_an_unknown_call_is_not_found(core: Core, work: Work) -> None:
    for read in (core.reader.get, core.reader.transcript, core.reader.events):
        with pytest.raises(CallNotFound):
            read(work, new_id())
