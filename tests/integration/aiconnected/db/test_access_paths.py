"""Access paths of PRD 11: what is asked often reads through an index, as the application's login.

Plans are those that PostgreSQL really used (auto_explain, functions' own statements included), over
three thousand calls of one client beside many small ones, at the first and the eleventh time.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.analytics.models import By, Period, Which
from aiconnected.analytics.repository import AnalyticsRepository
from aiconnected.audit.models import AUDIT_LOG
from aiconnected.audit.repository import AuditRepository
from aiconnected.calls.lists import CALLS
from aiconnected.calls.reads import CallReadRepository
from aiconnected.db import Scope, Work
from aiconnected.knowledge.catalogue import CatalogueRepository
from aiconnected.knowledge.models import DOCUMENTS
from aiconnected.recordings.models import RECORDINGS
from aiconnected.recordings.repository import LibraryRepository
from tests.bench.scale import plans
from tests.bench.scale.generation import NOW, Client
from tests.bench.scale.loading import load
from tests.bench.scale.plans import Plans
from tests.fixtures.postgres import DatabaseUrls, MigratedServer

pytestmark = pytest.mark.integration

_ENTER = "SELECT set_config('app.agency_id', %s, true), set_config('app.tenant_id', %s, true)"
AGAIN = 11  # the plan of a prepared statement that has been run ten times


@pytest.fixture(scope="module")
def urls(postgres: MigratedServer) -> Iterator[DatabaseUrls]:
    """A database that tells its plans."""
    name = f"test_{secrets.token_hex(6)}"
    urls = postgres.create(name)
    plans.tell(urls.owner)
    yield urls
    postgres.drop(name)


@pytest.fixture(scope="module")
def large(urls: DatabaseUrls) -> Client:
    """The client that most calls are of."""
    return load(urls.owner, scale=0.003, progress=lambda _: None)[0]


Question = Callable[[Work], object]


def plans_of(
    urls: DatabaseUrls, client: Client, question: Question, *, tenant: bool = True
) -> Plans:
    """Of the question's eleventh time. Counting ends after some thousand rows: it reads all of so
    few calls; that it does not read a million of them is for `make bench-scale` to hold.
    """
    scope = Scope(agency_id=client.agency_id, tenant_id=client.tenant_id if tenant else None)
    with psycopg.connect(urls.app) as connection:
        connection.execute(_ENTER, [str(scope.agency_id), str(scope.tenant_id or "")])
        for _ in range(AGAIN - 1):
            question(Work(connection, scope))
        none = plans.empty(urls.owner)
        with plans.told(connection, empty=none, counting=False) as told:
            question(Work(connection, scope))
    assert told.told, "auto_explain said nothing"
    return told


def listed(**parameters: str) -> Question:
    wanted = CALLS.read({name: [value] for name, value in parameters.items()})
    return lambda work: CallReadRepository().page(work, wanted)


LAST_MONTH = {"initiated_at[gte]": (NOW - timedelta(days=30)).isoformat()}


@pytest.mark.parametrize(
    ("parameters", "indexes"),
    [
        ({}, {"ix_calls_tenant_id_initiated_at"}),
        (LAST_MONTH, {"ix_calls_tenant_id_initiated_at"}),
        ({"status": "failed"}, {"ix_calls_tenant_id_status_word_initiated_at"}),
        ({"from_number": "+14155550123"}, {"ix_calls_tenant_id_from_number"}),
        ({"agent_id": str(UUID(int=7))}, {"ix_calls_filters"}),
        ({"phone_number_id": str(UUID(int=7))}, {"ix_calls_filters"}),
        ({"to_number": "+14155550123"}, {"ix_calls_filters"}),
        ({"direction": "browser", "carrier": "browser"}, {"ix_calls_filters"}),
        ({"duration[gt]": "7200"}, {"ix_calls_tenant_id_duration"}),
        ({"q": "kestrel"} | LAST_MONTH, {"ix_transcripts_tenant_id_search"}),
        ({"q": "+1 415 555 0123"}, {"ix_calls_tenant_id_from_number_part"}),
        ({"q": "abandoned"}, {"ix_calls_tenant_id_outcome_initiated_at"}),
    ],
)
def test_a_clients_calls_are_read_through_an_index(
    urls: DatabaseUrls, large: Client, parameters: dict[str, str], indexes: set[str]
) -> None:
    told = plans_of(urls, large, listed(**parameters))

    assert told.scanned == set()
    assert told.indexes >= indexes


def test_an_agencys_calls_are_read_through_an_index(urls: DatabaseUrls, large: Client) -> None:
    told = plans_of(urls, large, listed(), tenant=False)

    assert told.scanned == set()
    assert "ix_calls_agency_id_initiated_at" in told.indexes


def test_one_call_with_its_words_is_read_by_its_keys(urls: DatabaseUrls, large: Client) -> None:
    reads = CallReadRepository()
    wanted = CALLS.read({"limit": ["1"]})

    def one(work: Work) -> object:
        (call,) = reads.page(work, wanted).items
        reads.turns(work, call.tenant_id, call_id=call.id)
        return reads.call(work, call.id)

    told = plans_of(urls, large, one)

    assert told.scanned == set()
    assert told.indexes & {"pk_calls", "uq_calls_id_tenant_id"}


def test_figures_of_days_are_read_by_client_and_day(urls: DatabaseUrls, large: Client) -> None:
    period = Period(first=NOW.date(), last=NOW.date())
    which = Which(tenant_id=large.tenant_id)
    with psycopg.connect(urls.owner) as connection:
        connection.execute(
            """
            INSERT INTO call_analytics (tenant_id, agency_id, day)
            SELECT t.id, t.agency_id, d::date
            FROM tenants AS t, generate_series(now() - '100 days'::interval, now(), '1 day') AS d
            """
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE call_analytics")

    def figures(work: Work) -> Any:  # noqa: ANN401 -- rows nobody looks at
        return AnalyticsRepository().figures(work, period, which=which, by=By.DAY, limit=10)

    told = plans_of(urls, large, figures)

    assert told.scanned == set()
    assert "uq_call_analytics_day" in told.indexes


# What calls leave behind, and a hundred documents of each client.
_FILL = """
INSERT INTO recordings (
    id, agency_id, tenant_id, call_id, source, status, content_type, channels, rate, duration_ms,
    size_bytes, sha256, created_at
)
SELECT
    gen_random_uuid(), c.agency_id, c.tenant_id, c.id, 'own', 'stored', 'audio/wav', 2, 8000,
    60000, 1920000, repeat('0', 64), c.initiated_at
FROM calls AS c;
INSERT INTO audit_log (id, agency_id, tenant_id, actor_kind, action, resource_type, at)
SELECT
    gen_random_uuid(), c.agency_id, c.tenant_id, 'system', 'call.read', 'call',
    now() - row_number() OVER () * interval '1 second'
FROM calls AS c;
INSERT INTO knowledge_bases (id, agency_id, tenant_id, name)
SELECT gen_random_uuid(), t.agency_id, t.id, 'General' FROM tenants AS t;
INSERT INTO knowledge_documents (
    id, agency_id, tenant_id, knowledge_base_id, title, source, content_type, size_bytes, sha256
)
SELECT
    gen_random_uuid(), b.agency_id, b.tenant_id, b.id, 'Prices', 'text', 'text/plain', 1,
    repeat('0', 64)
FROM knowledge_bases AS b, generate_series(1, 100);
"""


@pytest.fixture(scope="module")
def filled(urls: DatabaseUrls, large: Client) -> Client:
    """The same client, with rows beside its calls."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(_FILL)
        connection.execute("ANALYZE recordings, audit_log, knowledge_bases, knowledge_documents")
    return large


def recordings(work: Work) -> object:
    return LibraryRepository().page(work, RECORDINGS.read({}))


def entries(work: Work) -> object:
    return AuditRepository().page(work, AUDIT_LOG.read({}))


def documents(work: Work) -> object:
    tenant_id = work.scope.tenant_id
    assert tenant_id is not None
    wanted = DOCUMENTS.read({})
    return CatalogueRepository().documents(work, tenant_id, wanted=wanted, base_id=None)


@pytest.mark.parametrize(
    ("question", "of"),
    [(recordings, "recordings"), (entries, "audit_log"), (documents, "knowledge_documents")],
)
def test_a_clients_other_lists_are_read_through_an_index(
    urls: DatabaseUrls, filled: Client, question: Question, of: str
) -> None:
    told = plans_of(urls, filled, question)

    assert told.scanned == set()
    assert [name for name in told.indexes if of in name and "tenant_id" in name]


@pytest.mark.parametrize(("question", "of"), [(recordings, "recordings"), (entries, "audit_log")])
def test_an_agencys_other_lists_are_read_through_an_index(
    urls: DatabaseUrls, filled: Client, question: Question, of: str
) -> None:
    told = plans_of(urls, filled, question, tenant=False)

    assert told.scanned == set()
    assert [name for name in told.indexes if of in name and "agency_id" in name]
