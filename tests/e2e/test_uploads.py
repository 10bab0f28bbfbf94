"""A file too large for a form: put to a presigned address of the object store, read by the job."""

import io
import secrets

import aiohttp
import pytest

from tests.e2e.conftest import Stage
from tests.e2e.person import Person, signed_in
from tests.e2e.stackfacts import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]

_READ_WITHIN = 90.0  # seconds in which the job must have read it
_PICTURE = 4_500_000  # bytes: more than a form may hold
_PAGE = """<!doctype html><html><head><title>Prices</title></head><body>
<h1>Prices</h1><p>A porcelain veneer costs ${price}.</p>
<img alt="" src="data:image/png;base64,{picture}"></body></html>"""


async def test_a_file_of_more_than_four_megabytes_is_put_completed_and_found(stage: Stage) -> None:
    person = await signed_in(stage.stack, stage.practice.user)
    price = 400 + secrets.randbelow(500)
    content = _PAGE.format(price=price, picture="A" * _PICTURE).encode()
    base = (await person.post("/knowledge-bases", name=f"Files {secrets.token_hex(4)}")).data
    documents = f"/knowledge-bases/{base['id']}/documents"

    promised = await person.post(
        f"{documents}/uploads", filename="prices.html", size_bytes=len(content)
    )
    assert promised.status == 201
    document, upload = promised.data["document"], promised.data["upload"]
    one = f"{documents}/{document['id']}"
    assert (await person.post(f"{one}/complete")).error == (422, "BIZ_INVALID_STATE")
    assert await _put(upload["url"], content, headers=upload["headers"]) == 200
    assert (await person.post(f"{one}/complete")).status == 202

    async def is_read() -> bool:
        shown = (await person.get(one)).data
        assert shown["status"] != "failed", shown["failure_reason"]
        return shown["status"] == "ready"

    await eventually(is_read, within=_READ_WITHIN, what="the document is ready", poll=0.5)
    found = await _search(person, base["id"], "What does a veneer cost?")
    assert f"A porcelain veneer costs ${price}." in found


async def _put(url: str, content: bytes, *, headers: dict[str, str]) -> int:
    """As a browser does it: with the headers that were named, and no other."""
    async with (
        aiohttp.ClientSession() as session,
        session.put(url, data=io.BytesIO(content), headers=headers) as answer,
    ):
        return answer.status


async def _search(person: Person, base_id: str, question: str) -> str:
    passages = (await person.post(f"/knowledge-bases/{base_id}/search", query=question)).data
    return " ".join(passage["text"] for passage in passages)
