"""Search over calls: words, numbers and outcomes, within one's own scope alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from aiconnected.calls.lists import CALLS
from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.db import Scope
from aiconnected.kit.ids import new_id
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import Core, Practice

pytestmark = pytest.mark.integration

_SEARCH = "SELECT call_id FROM search_calls(%s, %s, %s, NULL, NULL, 100)"
_TRANSCRIPT = """
INSERT INTO transcripts (id, agency_id, tenant_id, call_id, initiated_at, full_text, status)
VALUES (%s, %s, %s, %s, %s, %s, 'final')
"""
WORDS = (
    "caller: Do you take Delta Dental?\nagent: We do.",
    "caller: My filling fell out.\nagent: I am sorry to hear that.",
    "caller: I would like to book a cleaning.\nagent: Tuesday at ten?",
)


@pytest.fixture
def calls(core: Core, practice: Practice, database_urls: DatabaseUrls) -> list[UUID]:
    """Three calls with words, an hour apart, oldest first."""
    made: list[UUID] = []
    for n, words in enumerate(WORDS):
        core.clock.move(timedelta(hours=1))
        ticket = core.calls.open(
            Carrier.TWILIO, f"CA{n}", from_=f"+1212555010{n}", to=practice.number
        )
        assert isinstance(ticket, CallTicket)
        spoken(database_urls, practice.tenancy, ticket.call_id, words, at=core.clock.now())
        made.append(ticket.call_id)
    return made


def spoken(
    urls: DatabaseUrls, tenancy: Tenancy, call_id: UUID, words: str, *, at: datetime
) -> None:
    with psycopg.connect(urls.owner) as connection:
        given = [new_id(), tenancy.agency_id, tenancy.tenant_id, call_id, at, words]
        connection.execute(_TRANSCRIPT, given)


def found(core: Core, scope: Scope, text: str, **parameters: str) -> list[UUID]:
    wanted = CALLS.read({"q": [text]} | {name: [value] for name, value in parameters.items()})
    with core.database.work(scope) as work:
        return [call.id for call in core.reader.page(work, wanted).items]


def test_calls_are_found_by_their_words_however_they_are_inflected(
    core: Core, calls: list[UUID], practice: Practice
) -> None:
    scope = practice.tenancy.scope

    assert found(core, scope, "fillings") == [calls[1]]
    assert found(core, scope, '"delta dental"') == [calls[0]]
    assert found(core, scope, "cleaning or delta") == [calls[2], calls[0]]
    assert found(core, scope, "agent -sorry") == [calls[2], calls[0]]
    assert found(core, scope, "the") == []  # a stop word finds nothing
    assert found(core, scope, "root canal") == []


def test_calls_are_found_by_a_part_of_their_number_and_by_their_outcome(
    core: Core, calls: list[UUID], practice: Practice
) -> None:
    core.carrier.aftermath(Carrier.TWILIO, "CA2")
    scope = practice.tenancy.scope

    assert found(core, scope, "50101") == [calls[1]]
    assert found(core, scope, "(212) 555-0102") == [calls[2]]
    assert found(core, scope, "10") == []  # too few digits to mean a number
    assert found(core, scope, "Abandoned") == [calls[2]]


def test_a_search_is_filtered_ordered_and_paged_as_any_list(
    core: Core, calls: list[UUID], practice: Practice
) -> None:
    scope = practice.tenancy.scope
    middle = (core.clock.now() - timedelta(hours=1)).isoformat()

    assert found(core, scope, "agent", sort="from_number") == calls
    assert found(core, scope, "agent", from_number="+12125550101") == [calls[1]]
    assert found(core, scope, "agent", **{"initiated_at[lte]": middle}) == [calls[1], calls[0]]
    wanted = CALLS.read({"q": ["agent"], "limit": ["2"]})
    with core.database.work(scope) as work:
        first = core.reader.page(work, wanted)
    assert first.total == 3
    assert found(core, scope, "agent", limit="2", cursor=first.after or "") == [calls[0]]


def test_a_deleted_call_is_not_found(
    core: Core, calls: list[UUID], practice: Practice, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE calls SET deleted_at = now() WHERE id = %s", [calls[1]])

    assert found(core, practice.tenancy.scope, "filling") == []


def test_an_agency_finds_the_calls_of_its_clients_and_others_find_nothing(
    core: Core, calls: list[UUID], tenancies: Tenancies
) -> None:
    dental, plumbing, stranger = tenancies.dental, tenancies.plumbing, tenancies.stranger
    named = {"tenant_id": str(dental.tenant_id)}

    assert found(core, dental.agency_scope, "filling") == [calls[1]]
    assert found(core, dental.agency_scope, "filling", **named) == [calls[1]]
    assert found(core, dental.agency_scope, "filling", tenant_id=str(plumbing.tenant_id)) == []
    assert found(core, plumbing.scope, "filling") == []
    assert found(core, stranger.agency_scope, "filling") == []
    assert found(core, stranger.agency_scope, "filling", **named) == []
    assert found(core, Scope.platform("test"), "filling") == [calls[1]]
    assert found(core, Scope.platform("test"), "filling", **named) == [calls[1]]


@pytest.mark.parametrize(
    "text",
    ["'", "\\", "%", "_", "a & | ! b", ":*", "<->", '"', "(((", "ﷺ", "-" * 200, "' OR 1=1 --"],
)
def test_no_text_breaks_a_search(
    core: Core, calls: list[UUID], practice: Practice, text: str
) -> None:
    assert set(found(core, practice.tenancy.scope, text)) <= set(calls)


@pytest.fixture
def app(database_urls: DatabaseUrls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_urls.app) as connection:
        yield connection


def enter(connection: psycopg.Connection[Any], tenancy: Tenancy, *, tenant: bool) -> None:
    connection.execute(
        "SELECT set_config('app.agency_id', %s, true), set_config('app.tenant_id', %s, true)",
        [str(tenancy.agency_id), str(tenancy.tenant_id) if tenant else ""],
    )


def test_the_function_is_a_wall_of_its_own(
    calls: list[UUID], tenancies: Tenancies, app: psycopg.Connection[Any]
) -> None:
    dental, plumbing, stranger = tenancies.dental, tenancies.plumbing, tenancies.stranger
    outside = [
        (dental, True, (dental.agency_id, plumbing.tenant_id)),
        (dental, True, (dental.agency_id, None)),
        (dental, False, (stranger.agency_id, stranger.tenant_id)),
        (dental, False, (None, dental.tenant_id)),
        (stranger, True, (dental.agency_id, dental.tenant_id)),
        (stranger, False, (None, None)),
    ]

    for asker, as_tenant, (agency_id, tenant_id) in outside:
        enter(app, asker, tenant=as_tenant)
        with pytest.raises(InsufficientPrivilege, match="outside the scope"):
            app.execute(_SEARCH, [agency_id, tenant_id, "filling"])
        app.rollback()
    with pytest.raises(InsufficientPrivilege):  # no scope at all is not the platform's
        app.execute(_SEARCH, [None, None, "filling"])
    app.rollback()
    enter(app, stranger, tenant=False)
    rows = app.execute(_SEARCH, [stranger.agency_id, dental.tenant_id, "filling"]).fetchall()
    assert rows == []


def test_the_reader_may_read_calls_and_nothing_else(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        readable = connection.execute(
            """
            SELECT c.relname FROM pg_class AS c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND has_table_privilege('call_reader', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
            ORDER BY 1
            """
        ).fetchall()
        role = connection.execute(
            "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'call_reader'"
        ).fetchone()

    assert readable == [("calls",), ("transcripts",)]
    assert role == (False, False, True)
