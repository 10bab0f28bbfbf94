"""`search_knowledge` as the app calls it: exact within the tenant, and within its scope alone."""

import random
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aiconnected.kit.ids import new_id
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy

pytestmark = pytest.mark.integration

_SEARCH = """
SELECT chunk_id, document_id, title, heading, content, score, similarity
FROM search_knowledge(%(tenant)s, %(text)s, %(vector)s::halfvec, %(limit)s, %(bases)s)
"""
_CHUNK = """
INSERT INTO knowledge_chunks (
    id, agency_id, tenant_id, knowledge_base_id, document_id, position, title, heading, content,
    token_count, embedding_model, embedding
) VALUES (
    %(id)s, %(agency)s, %(tenant)s, %(base)s, %(document)s, %(position)s, 'Policies', %(heading)s,
    %(content)s, 1, 'test', %(vector)s
)
"""
_DOCUMENT = """
INSERT INTO knowledge_bases (id, agency_id, tenant_id, name)
VALUES (%(base)s, %(agency)s, %(tenant)s, %(base)s);
INSERT INTO knowledge_documents (
    id, agency_id, tenant_id, knowledge_base_id, title, source, content_type, size_bytes, sha256
) VALUES (
    %(document)s, %(agency)s, %(tenant)s, %(base)s, 'Policies', 'text', 'text/plain', 1, ''
);
"""
TEXTS = (
    ("Hours", "We are open from Monday to Friday."),
    ("Fees", "A cleaning costs 129 dollars."),
    ("Cancelling", "Moving an appointment is free with two days of notice."),
)


def axis(number: int, *, towards: int = 0, part: float = 0.0) -> str:
    """A unit vector's text along one axis, leaning a little towards another."""
    values = [0.0] * 1536
    values[number] = 1.0
    values[towards] += part
    return f"[{','.join(map(str, values))}]"


def add_document(
    connection: psycopg.Connection[Any], tenancy: Tenancy, texts: tuple[tuple[str, str], ...]
) -> UUID:
    """A document whose chunks point along the axes 0, 1, 2, …; the id of its base."""
    ids = {"base": new_id(), "document": new_id()}
    owner = {"agency": tenancy.agency_id, "tenant": tenancy.tenant_id}
    with psycopg.ClientCursor(connection) as cursor:
        cursor.execute(_DOCUMENT, {**ids, **owner})
    for position, (heading, content) in enumerate(texts):
        chunk = {"position": position, "heading": heading, "content": content}
        connection.execute(
            _CHUNK, {"id": new_id(), **ids, **owner, **chunk, "vector": axis(position)}
        )
    return ids["base"]


@pytest.fixture
def base(database_urls: DatabaseUrls, tenancies: Tenancies) -> UUID:
    """The dental practice's base; its sibling and the stranger have the same texts."""
    with psycopg.connect(database_urls.owner) as connection:
        for tenancy in (tenancies.plumbing, tenancies.stranger):
            add_document(connection, tenancy, TEXTS)
        return add_document(connection, tenancies.dental, TEXTS)


def search(
    connection: psycopg.Connection[Any],
    scope: tuple[UUID | None, UUID | None],
    tenant: UUID,
    text: str,
    *,
    vector: str | None,
    limit: int = 5,
    bases: list[UUID] | None = None,
) -> list[tuple[Any, ...]]:
    connection.execute(
        "SELECT set_config('app.agency_id', %s, true), set_config('app.tenant_id', %s, true)",
        [str(part or "") for part in scope],
    )
    values = {"tenant": tenant, "text": text, "vector": vector, "limit": limit, "bases": bases}
    return connection.execute(_SEARCH, values).fetchall()


def test_vector_and_words_together_find_the_best_chunk(
    base: UUID, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    scope = (tenancy.agency_id, tenancy.tenant_id)
    with psycopg.connect(database_urls.app) as connection:
        found = search(
            connection,
            scope,
            tenancy.tenant_id,
            "How much is a cleaning?",
            vector=axis(0, towards=1, part=0.9),
        )

    headings = [row[3] for row in found]
    assert headings[0] == "Fees"  # second by vector, first by words
    assert set(headings) == {"Hours", "Fees", "Cancelling"}
    assert found[0][2] == "Policies"
    assert found[0][4] == TEXTS[1][1]
    assert found[0][5] == pytest.approx(1 / 62 + 1 / 61)
    assert found[0][6] == pytest.approx(0.669, abs=0.01)


def test_without_a_vector_words_alone_decide(
    base: UUID, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    scope = (tenancy.agency_id, tenancy.tenant_id)
    with psycopg.connect(database_urls.app) as connection:
        found = search(connection, scope, tenancy.tenant_id, "can I move it free?", vector=None)

    assert [row[3] for row in found] == ["Cancelling"]
    assert found[0][6] is None


def test_words_that_mean_nothing_leave_the_vector_to_decide(
    base: UUID, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    scope = (tenancy.agency_id, tenancy.tenant_id)
    with psycopg.connect(database_urls.app) as connection:
        found = search(connection, scope, tenancy.tenant_id, "the & | !", vector=axis(2), limit=1)

    assert [row[3] for row in found] == ["Cancelling"]
    assert found[0][6] == pytest.approx(1.0)


def test_a_search_may_be_narrowed_to_bases(
    base: UUID, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    scope = (tenancy.agency_id, tenancy.tenant_id)
    with psycopg.connect(database_urls.app) as connection:
        other = search(
            connection, scope, tenancy.tenant_id, "fees", vector=axis(1), bases=[new_id()]
        )
        own = search(connection, scope, tenancy.tenant_id, "fees", vector=axis(1), bases=[base])

    assert other == []
    assert len(own) == 3


def test_an_agency_searches_any_of_its_tenants(
    base: UUID, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    scope = (tenancies.dental.agency_id, None)
    with psycopg.connect(database_urls.app) as connection:
        for tenancy in (tenancies.dental, tenancies.plumbing):
            assert search(connection, scope, tenancy.tenant_id, "fees", vector=axis(1))


def test_a_tenant_outside_the_scope_is_refused(
    base: UUID, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    own, sibling, stranger = tenancies.dental, tenancies.plumbing, tenancies.stranger
    refused = [
        ((own.agency_id, own.tenant_id), sibling.tenant_id),
        ((own.agency_id, own.tenant_id), stranger.tenant_id),
        ((own.agency_id, None), stranger.tenant_id),
        ((None, None), own.tenant_id),
        ((None, own.tenant_id), own.tenant_id),
        ((own.agency_id, own.tenant_id), new_id()),
    ]
    for scope, tenant in refused:
        with (
            psycopg.connect(database_urls.app) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="outside the scope"),
        ):
            search(connection, scope, tenant, "fees", vector=axis(1))


def test_the_reader_may_read_nothing_but_its_noun(database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        readable = connection.execute(
            """
            SELECT table_name, string_agg(column_name, ',' ORDER BY column_name)
            FROM information_schema.column_privileges
            WHERE grantee = 'knowledge_reader' AND table_name <> 'knowledge_chunks'
            GROUP BY table_name
            """
        ).fetchall()

    assert readable == [("tenants", "agency_id,id")]


def test_the_scan_is_exact_also_after_ten_executions(
    database_urls: DatabaseUrls, tenancies: Tenancies
) -> None:
    # psycopg prepares after five and PostgreSQL then makes a generic plan (facts/search.md).
    numbers = random.Random(7)  # noqa: S311 -- test data
    count, dimensions = 300, 1536
    vectors = [[numbers.gauss(0, 1) for _ in range(dimensions)] for _ in range(count)]
    tenancy = tenancies.dental
    with psycopg.connect(database_urls.owner) as connection:
        for owner in (tenancies.dental, tenancies.plumbing):
            add_document(connection, owner, tuple((str(i), "same words") for i in range(count)))
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE knowledge_chunks SET embedding = %s::halfvec WHERE position = %s",
                [(str(vector), position) for position, vector in enumerate(vectors)],
            )
        connection.execute("ANALYZE knowledge_chunks")

    with psycopg.connect(database_urls.app) as connection:
        for attempt in range(15):
            found = search(
                connection,
                (tenancy.agency_id, tenancy.tenant_id),
                tenancy.tenant_id,
                "",
                vector=str(vectors[attempt]),
                limit=5,
            )
            assert [row[3] for row in found] == nearest(vectors, vectors[attempt], 5)


def nearest(vectors: list[list[float]], query: list[float], limit: int) -> list[str]:
    def cosine(vector: list[float]) -> float:
        dot = sum(a * b for a, b in zip(vector, query, strict=True))
        return dot / sum(a * a for a in vector) ** 0.5

    order = sorted(range(len(vectors)), key=lambda i: cosine(vectors[i]), reverse=True)
    return [str(i) for i in order[:limit]]
