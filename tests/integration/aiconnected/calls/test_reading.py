"""Reading of calls: filtered, page by page, and within one's own scope."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from aiconnected.calls.errors import CallNotFound
from aiconnected.calls.lists import CALLS
from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.db import Scope, Work
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.recordings.errors import RecordingNotFound
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.voice import Core, Practice

pytestmark = pytest.mark.integration


def asked(**parameters: str) -> ListQuery:
    """A query string; `__` stands for the brackets of an operator."""
    return CALLS.read({_name(name): [value] for name, value in parameters.items()})


def _name(name: str) -> str:
    field, _, operator = name.partition("__")
    return f"{field}[{operator}]" if operator else field


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
    first = core.reader.page(work, asked(limit="2"))
    second = core.reader.page(work, asked(limit="2", cursor=first.after or ""))
    last = core.reader.page(work, asked(limit="2", offset="4"))

    assert [call.id for call in first.items + second.items + last.items] == calls[::-1]
    assert (first.total, second.total, last.after) == (5, None, None)


def test_calls_that_come_in_meanwhile_do_not_move_the_pages(
    core: Core, calls: list[UUID], practice: Practice
) -> None:
    with core.database.work(practice.tenancy.scope) as work:
        first = core.reader.page(work, asked(limit="2"))
    core.clock.move(timedelta(minutes=1))
    core.calls.open(Carrier.TWILIO, "CA9", from_="+12125550109", to=practice.number)

    with core.database.work(practice.tenancy.scope) as work:
        second = core.reader.page(work, asked(limit="2", cursor=first.after or ""))

    assert [call.id for call in second.items] == calls[2:0:-1]


def test_calls_are_found_by_what_is_known_of_them(
    core: Core, calls: list[UUID], work: Work
) -> None:
    start = core.clock.now() - timedelta(minutes=4)
    second, third = ((start + timedelta(minutes=n)).isoformat() for n in (2, 3))
    cases: list[tuple[dict[str, str], list[int]]] = [
        ({"status": "abandoned"}, [4]),
        ({"status__in": "ringing,failed"}, [3, 2, 1, 0]),
        ({"status__ne": "ringing"}, [4]),
        ({"direction": "outbound"}, []),
        ({"external_call_id": "CA2"}, [2]),
        ({"from_number": "+12125550103"}, [3]),
        ({"from_number__contains": "50103"}, [3]),
        ({"from_number__starts": "+1212"}, [4, 3, 2, 1, 0]),
        ({"to_number": "+12125550199", "initiated_at__gte": third}, [4, 3]),
        ({"initiated_at__lt": second}, [1, 0]),
        ({"ended_at__null": "false"}, [4]),
        ({"answered_at__null": "true"}, [4, 3, 2, 1, 0]),
        ({"duration": "0"}, [4]),
        ({"duration__gt": "0"}, []),
        ({"outcome": "abandoned"}, [4]),
        ({"sentiment_label": "positive"}, []),
        ({"sentiment_label__null": "true", "limit": "1"}, [4]),
        ({"agent_id": str(new_id())}, []),
    ]

    for given, expected in cases:
        page = core.reader.page(work, asked(**given))
        assert [calls.index(call.id) for call in page.items] == expected, given


@pytest.mark.parametrize(
    "order", ["initiated_at", "answered_at", "ended_at", "duration", "status", "from_number"]
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_order_goes_through_all_calls_page_by_page(
    core: Core, calls: list[UUID], work: Work, order: str, sign: str
) -> None:
    seen: list[UUID] = []
    page = core.reader.page(work, asked(sort=sign + order, limit="2"))
    seen += [call.id for call in page.items]
    while page.after is not None:
        page = core.reader.page(work, asked(sort=sign + order, limit="2", cursor=page.after))
        seen += [call.id for call in page.items]

    assert len(seen) == len(calls)
    assert set(seen) == set(calls)


def test_an_agency_sees_the_calls_of_its_clients_and_nobody_elses(
    core: Core, calls: list[UUID], tenancies: Tenancies
) -> None:
    def count(scope: Scope, tenant_id: UUID | None = None) -> int:
        named = {} if tenant_id is None else {"tenant_id": str(tenant_id)}
        with core.database.work(scope) as work:
            return len(core.reader.page(work, asked(**named)).items)

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
