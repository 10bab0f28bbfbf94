"""Knowledge: documents become findable, for their tenant alone."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from aiconnected.contracts.jobs import DocumentAdded
from aiconnected.db import Scope
from aiconnected.kit.errors import ProviderError, ProviderTimeout
from aiconnected.kit.ids import new_id
from aiconnected.kit.listing import ListQuery
from aiconnected.knowledge.errors import (
    DocumentEmpty,
    DocumentNotFound,
    DocumentTooLarge,
    KnowledgeBaseNotFound,
    UnsupportedDocument,
)
from aiconnected.knowledge.given import TextDocument
from aiconnected.knowledge.models import DOCUMENTS, Document, DocumentStatus, FailureCode, Passage
from aiconnected.knowledge.repository import KnowledgeRepository
from aiconnected.tenants.errors import TenantNotFound
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import Core

pytestmark = pytest.mark.integration

FEES = """## Fees

| Treatment | Fee |
|---|---|
| Cleaning | $110 |
| Crown | $1,250 |

## Parking

Parking is free behind the building.
"""


def add(core: Core, tenancy: Tenancy, title: str = "Fees", text: str = FEES) -> Document:
    with core.database.work(tenancy.scope) as work:
        return core.documents.add(
            work, tenancy.tenant_id, given=TextDocument(title=title, text=text)
        )


def ask(core: Core, tenancy: Tenancy, question: str, limit: int = 5) -> list[Passage]:
    vector = core.embedder.vector(question)
    return core.knowledge.search(tenancy.tenant_id, text=question, vector=vector, limit=limit)


def document(core: Core, tenancy: Tenancy, document_id: UUID) -> Document:
    with core.database.work(tenancy.scope) as work:
        return core.documents.get(work, tenancy.tenant_id, document_id=document_id)


def test_a_document_is_found_once_its_job_has_run(core: Core, tenancy: Tenancy) -> None:
    added = add(core, tenancy)
    assert added.status is DocumentStatus.PENDING
    core.relay.run()
    job = core.queue.sent[0].read(DocumentAdded)

    done = core.knowledge.ingest(job.document_id)

    assert (done.chunks, done.failure) == (2, None)
    passages = ask(core, tenancy, "How much is a crown?")
    assert "$1,250" in passages[0].text
    assert (passages[0].title, passages[0].heading) == ("Fees", "Fees")
    assert passages[0].document_id == added.id
    assert 0 < passages[0].score <= 1
    found = document(core, tenancy, added.id)
    assert (found.status, found.chunk_count) == (DocumentStatus.READY, 2)


def test_a_question_is_answered_by_words_alone_without_a_vector(
    core: Core, tenancy: Tenancy
) -> None:
    core.knowledge.ingest(add(core, tenancy).id)

    passages = core.knowledge.search(tenancy.tenant_id, text="where can I park", vector=None)

    assert passages[0].text == "Parking is free behind the building."
    assert passages[0].score == 0


def test_a_job_that_comes_twice_keeps_and_costs_once(
    core: Core, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    added = add(core, tenancy)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(core.knowledge.ingest, [added.id, added.id]))
    core.knowledge.ingest(added.id)

    with psycopg.connect(database_urls.owner) as connection:
        chunks = connection.execute("SELECT count(*) FROM knowledge_chunks").fetchone()
        used = connection.execute(
            "SELECT count(DISTINCT measured_at), max(quantity) FROM usage_records"
        ).fetchone()
    assert chunks == (2,)
    assert used is not None
    assert used[0] == 1
    assert used[1] > Decimal(10)


def test_a_document_is_replaced_by_processing_it_again(core: Core, tenancy: Tenancy) -> None:
    added = add(core, tenancy)
    core.knowledge.ingest(added.id)
    before = {passage.id for passage in ask(core, tenancy, "crown")}

    with core.database.work(tenancy.scope) as work:
        core.documents.reprocess(work, tenancy.tenant_id, document_id=added.id)
    core.clock.sleep(1)
    core.knowledge.ingest(added.id)

    after = {passage.id for passage in ask(core, tenancy, "crown")}
    assert len(after) == len(before) == 2
    assert not after & before


def test_a_deleted_document_is_found_no_more(
    core: Core, tenancy: Tenancy, database_urls: DatabaseUrls
) -> None:
    added = add(core, tenancy)
    core.knowledge.ingest(added.id)

    with core.database.work(tenancy.scope) as work:
        core.documents.delete(work, tenancy.tenant_id, document_id=added.id)

    assert ask(core, tenancy, "crown") == []
    assert core.knowledge.ingest(added.id).chunks == 0
    with psycopg.connect(database_urls.owner) as connection:
        assert connection.execute("SELECT content FROM knowledge_documents").fetchall() == [(None,)]
    with (
        pytest.raises(DocumentNotFound),
        core.database.work(tenancy.scope) as work,
    ):
        core.documents.delete(work, tenancy.tenant_id, document_id=added.id)


def test_a_provider_that_is_away_leaves_the_document_to_the_next_try(
    core: Core, tenancy: Tenancy
) -> None:
    added = add(core, tenancy)
    core.embedder.failures.append(ProviderTimeout(provider="fake", retryable=True))

    with pytest.raises(ProviderTimeout):
        core.knowledge.ingest(added.id)
    assert document(core, tenancy, added.id).failure_code == FailureCode.EMBEDDING

    assert core.knowledge.ingest(added.id).chunks == 2
    assert document(core, tenancy, added.id).status is DocumentStatus.READY


def test_what_cannot_be_cured_is_the_documents_failure(core: Core, tenancy: Tenancy) -> None:
    added = add(core, tenancy)
    core.embedder.failures.append(ProviderError("No.", provider="fake", retryable=False))

    assert core.knowledge.ingest(added.id).failure is FailureCode.EMBEDDING

    found = document(core, tenancy, added.id)
    assert (found.status, found.failure_reason) == (DocumentStatus.FAILED, "No.")


def test_a_document_of_headings_alone_fails_as_empty(core: Core, tenancy: Tenancy) -> None:
    added = add(core, tenancy, text="# Only a heading")

    assert core.knowledge.ingest(added.id).failure is FailureCode.EMPTY


def test_documents_are_listed_newest_first_page_by_page(core: Core, tenancy: Tenancy) -> None:
    titles = [add(core, tenancy, title=f"Page {n}").title for n in range(3)]

    with core.database.work(tenancy.scope) as work:
        first = core.documents.page(
            work, tenancy.tenant_id, wanted=ListQuery(order=DOCUMENTS.default, limit=2)
        )
        rest = core.documents.page(
            work, tenancy.tenant_id, wanted=DOCUMENTS.read({"cursor": [first.after or ""]})
        )

    assert [d.title for d in first.items + rest.items] == titles[::-1]
    assert (first.total, rest.after) == (3, None)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (TextDocument(title="x", text=" \n\0"), DocumentEmpty),
        (TextDocument(title="x", text="a" * 1_000_001), DocumentTooLarge),
        (TextDocument(title="x", text="a", content_type="image/png"), UnsupportedDocument),
        (TextDocument(title="x", text="a", knowledge_base_id=new_id()), KnowledgeBaseNotFound),
    ],
)
def test_what_is_no_document_is_refused(
    core: Core, tenancy: Tenancy, given: TextDocument, error: type[Exception]
) -> None:
    with pytest.raises(error), core.database.work(tenancy.scope) as work:
        core.documents.add(work, tenancy.tenant_id, given=given)


def test_no_tenant_ever_finds_what_is_anothers(core: Core, tenancies: Tenancies) -> None:
    everyone = (tenancies.dental, tenancies.plumbing, tenancies.stranger)
    for number, tenancy in enumerate(everyone):
        text = f"The secret word of this house is number {number}."
        core.knowledge.ingest(add(core, tenancy, title="Secret", text=text).id)

    for number, tenancy in enumerate(everyone):
        passages = ask(core, tenancy, "What is the secret word of this house?")
        assert [passage.text for passage in passages] == [
            f"The secret word of this house is number {number}."
        ]


def test_a_scope_of_another_tenant_is_refused_by_the_database(
    core: Core, tenancies: Tenancies
) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        core.database.work(tenancies.dental.scope) as work,
    ):
        KnowledgeRepository().search(
            work,
            tenancies.plumbing.tenant_id,
            text="x",
            vector=None,
            limit=5,
            base_ids=None,
        )


def test_an_unknown_tenant_is_not_found(core: Core) -> None:
    with pytest.raises(TenantNotFound):
        core.knowledge.search(new_id(), text="x", vector=None)


def test_the_nearest_passage_is_found_also_after_ten_executions(
    core: Core, tenancies: Tenancies
) -> None:
    tenancy = tenancies.dental
    other = "\n\n".join(f"## Other {n}\nThing{n} is thing{n}." for n in range(60))
    core.knowledge.ingest(add(core, tenancies.plumbing, text=other).id)
    words = [
        "amber",
        "birch",
        "cedar",
        "daisy",
        "elder",
        "fern",
        "grape",
        "hazel",
        "iris",
        "juniper",
    ]
    text = "\n\n".join(f"## Part {word}\nAbout {word} and only {word}." for word in words)
    core.knowledge.ingest(add(core, tenancy, title="Garden", text=text).id)

    # psycopg prepares after five executions of one connection; the plan must stay exact.
    for word in words * 2:
        vector = core.embedder.vector(f"{word} {word} only")
        found = core.knowledge.search(tenancy.tenant_id, text="zzz", vector=vector, limit=1)
        assert found[0].text == f"About {word} and only {word}."


def test_the_platform_can_name_the_owner_of_a_job(core: Core, tenancy: Tenancy) -> None:
    added = add(core, tenancy)

    with core.database.work(Scope.platform("test")) as work:
        owner = KnowledgeRepository().owner(work, added.id)

    assert owner is not None
    assert owner.scope == tenancy.scope
