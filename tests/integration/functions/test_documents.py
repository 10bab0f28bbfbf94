"""Documents over HTTP: as file, upload and page; changed, processed again, searched."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from aiconnected.contracts.jobs import DocumentAdded, EventHappened
from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from chalicelib.jobs import documents as jobs
from tests.fakes.objects import MemoryObjects
from tests.fixtures import files
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.voice import FakeQueue, WordEmbedder
from tests.fixtures.web_api import Answer, ControlPlane

pytestmark = pytest.mark.integration

BASES = "/api/v1/knowledge-bases"
BOUNDARY = "x-boundary-x"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture
def base(dental_admin: ControlPlane) -> str:
    """An empty base of the dental practice."""
    made = dental_admin.request("POST", BASES, json_body={"name": "Website"})
    return str(made.data["id"])


@pytest.fixture
def website() -> Iterator[str]:
    """A page on this host."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = 200 if self.path == "/hours" else 404
            body = b"<h1>Hours</h1><p>We open at nine on weekdays.</p>"
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def form(content: bytes, filename: str = "fees.pdf", **fields: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
    file = head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
    return b"".join([*parts, file, f"--{BOUNDARY}--\r\n".encode()])


def upload(asked: ControlPlane, base: str, body: bytes, content_type: str = FORM) -> Answer:
    path = f"{BASES}/{base}/documents/files"
    return asked.request("POST", path, body=body, headers={"Content-Type": content_type})


def process(asked: ControlPlane) -> list[str]:
    """Run the jobs of documents that wait; the events that followed."""
    queue = asked.services.publisher
    assert isinstance(queue, FakeQueue)
    asked.services.relay.run()
    waiting = [message for message in queue.sent if message.type == DocumentAdded.TYPE]
    queue.sent.clear()
    for message in waiting:
        jobs.ingest(asked.services, message)
    asked.services.relay.run()
    events = [one for one in queue.sent if one.type == EventHappened.TYPE]
    return [one.read(EventHappened).event for one in events]


def shown(asked: ControlPlane, base: str, document: str) -> dict[str, Any]:
    found: dict[str, Any] = asked.get(f"{BASES}/{base}/documents/{document}").data
    return found


def test_a_file_is_taken_read_and_found(dental_admin: ControlPlane, base: str) -> None:
    answer = upload(dental_admin, base, form(files.pdf("A crown costs $1,250."), title="Fees"))

    assert answer.status == 202, answer.text
    document = answer.data
    assert (document["title"], document["source"], document["content_type"]) == (
        "Fees",
        "file",
        "application/pdf",
    )
    assert "document.ready" in process(dental_admin)
    assert shown(dental_admin, base, document["id"])["status"] == "ready"
    found = dental_admin.request(
        "POST", f"{BASES}/{base}/search", json_body={"query": "what does a crown cost"}
    ).data
    assert "$1,250" in found[0]["text"]
    assert (found[0]["document_id"], found[0]["title"]) == (document["id"], "Fees")
    assert 0 < found[0]["score"] <= 1


@pytest.mark.parametrize(
    ("content", "filename", "error"),
    [
        (b"x", "fees.exe", (415, "RES_UNSUPPORTED_MEDIA_TYPE")),
        (b"x", "fees", (415, "RES_UNSUPPORTED_MEDIA_TYPE")),
        (b"", "fees.pdf", (400, "VAL_REQUIRED")),
        (b"x" * 4_000_001, "fees.txt", (413, "RES_TOO_LARGE")),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(
    dental_admin: ControlPlane,
    base: str,
    content: bytes,
    filename: str,
    error: tuple[int, str],
) -> None:
    assert upload(dental_admin, base, form(content, filename)).error == error


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (form(b"x"), "multipart/form-data"),
        (form(b"x"), "multipart/form-data; boundary="),
        (b"", FORM),
        (b"garbage", FORM),
        (f'--{BOUNDARY}\r\nx: \xff; name="f"\r\n\r\n--{BOUNDARY}--'.encode("latin-1"), FORM),
        (form(b"x").replace(b'name="file"', b'name="other"'), FORM),
        (form(b"x", title="\0"), FORM),
        (form(b"x").replace(b'; filename="fees.pdf"', b""), FORM),
        (b"{}", "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"x", "text/plain"),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(
    dental_admin: ControlPlane, base: str, body: bytes, content_type: str
) -> None:
    answer = upload(dental_admin, base, body, content_type)

    assert 400 <= answer.status < 500, answer.text
    assert answer.error[1].startswith(("VAL_", "RES_"))


def test_a_form_where_json_is_wanted_is_refused(dental_admin: ControlPlane) -> None:
    answer = dental_admin.request(
        "POST", BASES, body=form(b"\xff"), headers={"Content-Type": "multipart/form-data"}
    )

    assert 400 <= answer.status < 500


def test_a_hostile_file_fails_with_a_reason(dental_admin: ControlPlane, base: str) -> None:
    document = upload(dental_admin, base, form(files.zip_bomb(), "prices.docx")).data

    assert "document.failed" in process(dental_admin)

    failed = shown(dental_admin, base, document["id"])
    assert (failed["status"], failed["failure_code"]) == ("failed", "too_large")
    assert failed["failure_reason"]


def test_an_upload_is_put_completed_and_read(dental_admin: ControlPlane, base: str) -> None:
    content = b"# Parking\n\nParking is free behind the building."
    given = {"filename": "parking.md", "size_bytes": len(content), "metadata": {"from": "owner"}}
    made = dental_admin.request("POST", f"{BASES}/{base}/documents/uploads", json_body=given)
    assert made.status == 201
    document, target = made.data["document"], made.data["upload"]
    assert (document["status"], document["title"]) == ("uploading", "parking.md")
    assert target["headers"]["Content-Length"] == str(len(content))
    one = f"{BASES}/{base}/documents/{document['id']}"

    early = dental_admin.request("POST", f"{one}/complete")
    assert early.error == (422, "BIZ_INVALID_STATE")
    assert dental_admin.request("POST", f"{one}/reprocess").error == (422, "BIZ_INVALID_STATE")
    objects = dental_admin.services.objects
    assert isinstance(objects, MemoryObjects)
    key = target["url"].partition("/documents/")[2].partition("?")[0]
    objects.kept[key] = (content + b"!", "text/markdown")
    assert dental_admin.request("POST", f"{one}/complete").error == (422, "BIZ_INVALID_STATE")
    objects.kept[key] = (content, "text/markdown")
    assert dental_admin.request("POST", f"{one}/complete").status == 202
    process(dental_admin)

    done = shown(dental_admin, base, document["id"])
    assert (done["status"], done["metadata"]) == ("ready", {"from": "owner"})
    assert dental_admin.request("DELETE", one).status == 204
    assert key not in objects.kept


def test_an_upload_over_the_limit_is_refused(dental_admin: ControlPlane, base: str) -> None:
    given = {"filename": "big.pdf", "size_bytes": 25_000_001}

    refused = dental_admin.request("POST", f"{BASES}/{base}/documents/uploads", json_body=given)

    assert refused.error == (413, "RES_TOO_LARGE")


def test_a_page_is_fetched_by_the_job(dental_admin: ControlPlane, base: str, website: str) -> None:
    given = {"url": f"{website}/hours"}
    made = dental_admin.request("POST", f"{BASES}/{base}/documents/pages", json_body=given)
    assert (made.status, made.data["source"]) == (202, "url")

    process(dental_admin)

    done = shown(dental_admin, base, made.data["id"])
    assert (done["status"], done["source_url"]) == ("ready", f"{website}/hours")
    assert done["size_bytes"] > 10


def test_a_page_that_is_not_there_fails_with_the_reason(
    dental_admin: ControlPlane, base: str, website: str
) -> None:
    pages = f"{BASES}/{base}/documents/pages"
    made = dental_admin.request("POST", pages, json_body={"url": f"{website}/gone"})

    process(dental_admin)

    failed = shown(dental_admin, base, made.data["id"])
    assert (failed["failure_code"], failed["failure_reason"]) == (
        "unreachable",
        "The page answers with status 404.",
    )


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/", "https://10.0.0.1/", "ftp://x.com/", "x", "https://u@x.com"]
)
def test_a_page_inside_is_refused(dental_admin: ControlPlane, base: str, url: str) -> None:
    pages = f"{BASES}/{base}/documents/pages"

    assert dental_admin.request("POST", pages, json_body={"url": url}).error == (
        400,
        "VAL_INVALID_URL",
    )


def test_a_document_is_changed_and_read_anew(dental_admin: ControlPlane, base: str) -> None:
    added = dental_admin.request(
        "POST",
        f"{BASES}/{base}/documents",
        json_body={"title": "Hours", "content": "We open at nine."},
    ).data
    process(dental_admin)
    one = f"{BASES}/{base}/documents/{added['id']}"
    tag = dental_admin.get(one).headers["ETag"]

    noted = dental_admin.request("PATCH", one, json_body={"metadata": {"a": [1]}})
    assert (noted.data["status"], noted.data["metadata"]) == ("ready", {"a": [1]})
    stale = dental_admin.request("PATCH", one, json_body={"title": "x"}, headers={"If-Match": tag})
    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    changed = dental_admin.request(
        "PATCH", one, json_body={"title": "Times", "content": "We open at ten."}
    )
    assert changed.data["status"] == "pending"
    process(dental_admin)

    found = dental_admin.request("POST", f"{BASES}/{base}/search", json_body={"query": "open"}).data
    assert [(one["title"], one["text"]) for one in found] == [("Times", "We open at ten.")]


def test_only_a_text_has_text_to_change(dental_admin: ControlPlane, base: str) -> None:
    document = upload(dental_admin, base, form(b"hello", "a.txt")).data
    one = f"{BASES}/{base}/documents/{document['id']}"

    refused = dental_admin.request("PATCH", one, json_body={"content": "x"})

    assert refused.error == (422, "BIZ_INVALID_STATE")


@pytest.mark.parametrize(
    "metadata",
    ["x", [], {"a": "x" * 110_000}, {"a": "\0"}, json.loads('{"a":' * 40 + "1" + "}" * 40)],
)
def test_metadata_is_bounded(dental_admin: ControlPlane, base: str, metadata: object) -> None:
    given = {"title": "t", "content": "c", "metadata": metadata}

    answer = dental_admin.request("POST", f"{BASES}/{base}/documents", json_body=given)

    assert answer.status == 400, answer.text


def test_documents_are_filtered_searched_and_sorted(dental_admin: ControlPlane, base: str) -> None:
    path = f"{BASES}/{base}/documents"
    for title in ("Prices", "Hours", "Parking"):
        dental_admin.request("POST", path, json_body={"title": title, "content": "text"})
    upload(dental_admin, base, form(b"x", "notes.txt"))

    def titles(**query: str) -> list[str]:
        return [row["title"] for row in dental_admin.get(path, **query).data]

    assert titles(sort="title") == ["Hours", "Parking", "Prices", "notes.txt"]
    assert titles(q="park") == ["Parking"]
    assert titles(source="file") == ["notes.txt"]
    assert titles(**{"title[starts]": "P", "sort": "-title"}) == ["Prices", "Parking"]
    assert dental_admin.get(path, status="lost").error == (400, "VAL_INVALID_ENUM")


def test_bases_are_made_changed_and_deleted(dental_admin: ControlPlane) -> None:
    first = dental_admin.request("POST", BASES, json_body={"name": "A", "is_default": True}).data
    second = dental_admin.request("POST", BASES, json_body={"name": "B", "is_default": True}).data
    one = f"{BASES}/{first['id']}"

    assert dental_admin.get(one).data["is_default"] is False
    taken = dental_admin.request("PATCH", one, json_body={"name": "B"})
    assert taken.error == (409, "RES_ALREADY_EXISTS")
    changed = dental_admin.request("PATCH", one, json_body={"name": "C", "is_default": True})
    assert (changed.data["name"], changed.data["is_default"]) == ("C", True)
    assert dental_admin.get(f"{BASES}/{second['id']}").data["is_default"] is False
    dental_admin.request(
        "POST", f"{one}/documents", json_body={"title": "Hours", "content": "nine"}
    )
    assert dental_admin.request("DELETE", one).error == (422, "BIZ_DEPENDENCY_EXISTS")
    assert dental_admin.request("DELETE", f"{BASES}/{second['id']}").status == 204
    assert dental_admin.get(f"{BASES}/{second['id']}").error == (404, "RES_NOT_FOUND")


def test_a_base_is_made_for_a_client_that_is_named(
    control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    dental, stranger = tenancies.dental, tenancies.stranger
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=dental.agency_id)

    assert agency.request("POST", BASES, json_body={"name": "A"}).error == (400, "VAL_REQUIRED")
    made = agency.request(
        "POST", BASES, json_body={"name": "A", "tenant_id": str(dental.tenant_id)}
    )
    assert made.status == 201
    foreign = agency.request(
        "POST", BASES, json_body={"name": "A", "tenant_id": str(stranger.tenant_id)}
    )
    assert foreign.status == 404


def test_a_search_answers_without_the_embedder_too(
    dental_admin: ControlPlane, base: str, tenancy: Tenancy
) -> None:
    dental_admin.request(
        "POST",
        f"{BASES}/{base}/documents",
        json_body={"title": "Parking", "content": "Parking is free."},
    )
    process(dental_admin)
    embedder = dental_admin.services.embedder
    assert isinstance(embedder, WordEmbedder)
    embedder.failures.append(ProviderError(provider="openai", retryable=True))

    found = dental_admin.request(
        "POST", f"{BASES}/{base}/query", json_body={"query": "parking"}
    ).data

    assert [(one["text"], one["score"]) for one in found] == [("Parking is free.", 0.0)]


def test_a_search_stays_within_its_base_and_its_client(
    control_plane: ControlPlane, dental_admin: ControlPlane, base: str, tenancies: Tenancies
) -> None:
    other = tenancies.plumbing
    asked = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=other.agency_id, tenant_id=other.tenant_id
    )
    refused = asked.request("POST", f"{BASES}/{base}/search", json_body={"query": "x"})
    assert refused.error == (404, "RES_NOT_FOUND")
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN).enter(tenancies.dental.agency_id)
    assert platform.request("POST", f"{BASES}/{base}/search", json_body={"query": "x"}).data == []
    assert dental_admin.request(
        "POST", f"{BASES}/{UUID(int=1)}/search", json_body={"query": "x"}
    ).error == (404, "RES_NOT_FOUND")
    assert dental_admin.get(f"{BASES}/{new_id()}").status == 404
