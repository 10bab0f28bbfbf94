"""Documents over HTTP: added, listed, shown and deleted by those who may."""

from uuid import UUID

import pytest

from aiconnected.contracts.jobs import DocumentAdded
from aiconnected.kit.ids import new_id
from aiconnected.knowledge.given import TextDocument
from aiconnected.users.models import UserRole
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import FakeQueue
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

BASES = "/api/v1/knowledge-bases"
GIVEN = {"title": "Hours", "content": "# Hours\n\nWe open at nine."}


@pytest.fixture
def base(control_plane: ControlPlane, tenancy: Tenancy) -> UUID:
    """The dental practice's knowledge base, with one document."""
    services = control_plane.services
    with services.database.work(tenancy.scope) as work:
        given = TextDocument(title="Prices", text="A cleaning is $120.")
        return services.documents.add(work, tenancy.tenant_id, given=given).knowledge_base_id


def documents(base: UUID, document: str = "") -> str:
    return f"{BASES}/{base}/documents{document and '/'}{document}"


def test_a_document_is_taken_and_its_job_sent_at_once(
    dental_admin: ControlPlane, base: UUID
) -> None:
    answer = dental_admin.request("POST", documents(base), json_body=GIVEN)

    assert answer.status == 202
    assert (answer.data["status"], answer.data["title"]) == ("pending", "Hours")
    queue = dental_admin.services.publisher
    assert isinstance(queue, FakeQueue)
    sent = [message.read(DocumentAdded).document_id for message in queue.sent]
    assert UUID(answer.data["id"]) in sent


def test_a_document_is_kept_though_the_queue_is_away(
    dental_admin: ControlPlane, base: UUID
) -> None:
    queue = dental_admin.services.publisher
    assert isinstance(queue, FakeQueue)
    queue.away = True

    assert dental_admin.request("POST", documents(base), json_body=GIVEN).status == 202
    assert len(dental_admin.get(documents(base)).data) == 2


def test_a_document_is_listed_shown_and_deleted(dental_admin: ControlPlane, base: UUID) -> None:
    added = dental_admin.request("POST", documents(base), json_body=GIVEN).data["id"]

    assert [row["title"] for row in dental_admin.get(documents(base)).data] == ["Hours", "Prices"]
    assert dental_admin.get(documents(base, added)).data["size_bytes"] == len(GIVEN["content"])
    deleted = dental_admin.request("DELETE", documents(base, added))
    assert (deleted.status, deleted.text) == (204, "")
    assert dental_admin.get(documents(base, added)).error == (404, "RES_NOT_FOUND")
    assert dental_admin.request("DELETE", documents(base, added)).error == (404, "RES_NOT_FOUND")


def test_bases_are_listed_with_what_is_in_them(dental_admin: ControlPlane, base: UUID) -> None:
    shown = dental_admin.get(BASES).data

    assert [(row["id"], row["is_default"], row["document_count"]) for row in shown] == [
        (str(base), True, 1)
    ]


def test_another_clients_base_is_not_there(
    control_plane: ControlPlane, tenancies: Tenancies, base: UUID
) -> None:
    for other in (tenancies.plumbing, tenancies.stranger):
        asked = control_plane.as_role(
            UserRole.TENANT_ADMIN, agency_id=other.agency_id, tenant_id=other.tenant_id
        )

        assert asked.get(BASES).data == []
        assert asked.get(documents(base)).error == (404, "RES_NOT_FOUND")
        refused = asked.request("POST", documents(base), json_body=GIVEN)
        assert refused.error == (404, "RES_NOT_FOUND")


def test_an_agency_and_the_platform_add_documents_for_a_client(
    control_plane: ControlPlane, tenancies: Tenancies, base: UUID
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN).enter(tenancies.dental.agency_id)

    for asked in (agency, platform):
        added = asked.request("POST", documents(base), json_body=GIVEN).data
        assert added["tenant_id"] == str(tenancies.dental.tenant_id)


def test_a_reader_may_look_and_not_change(
    control_plane: ControlPlane, tenancies: Tenancies, base: UUID
) -> None:
    dental = tenancies.dental
    reader = control_plane.as_role(
        UserRole.TENANT_USER, agency_id=dental.agency_id, tenant_id=dental.tenant_id
    )

    assert reader.get(documents(base)).status == 200
    refused = reader.request("POST", documents(base), json_body=GIVEN)
    assert refused.error == (403, "AUTHZ_PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"content": "x" * 1_000_001}, (413, "RES_TOO_LARGE")),
        ({"content": "   "}, (400, "VAL_REQUIRED")),
        ({"title": "Nul\0"}, (400, "VAL_INVALID_FORMAT")),
        ({"content": "half \ud800"}, (400, "VAL_INVALID_FORMAT")),
        ({"content_type": "application/pdf"}, (400, "VAL_INVALID_ENUM")),
        ({"colour": "red"}, (400, "VAL_UNKNOWN_FIELD")),
    ],
)
def test_what_cannot_be_a_document_is_refused(
    dental_admin: ControlPlane, base: UUID, change: dict[str, str], error: tuple[int, str]
) -> None:
    answer = dental_admin.request("POST", documents(base), json_body=GIVEN | change)

    assert answer.error == error


def test_a_base_that_is_nobodys_is_not_found(dental_admin: ControlPlane) -> None:
    assert dental_admin.get(documents(new_id())).error == (404, "RES_NOT_FOUND")
