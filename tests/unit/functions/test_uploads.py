"""Forms with files: what the resolver is never given."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiconnected.auth.models import Client
from chalicelib import uploads
from chalicelib.incoming import Incoming

pytestmark = pytest.mark.unit


def incoming(body: object, content_type: str, *, encoded: bool = True) -> Incoming:
    event: dict[str, Any] = {"body": body, "isBase64Encoded": encoded}
    return Incoming(
        event=event,
        method="POST",
        resource="/x",
        headers={"content-type": content_type},
        client=Client(),
    )


def form(body: bytes, content_type: str = "multipart/form-data; boundary=b") -> Incoming:
    return incoming(base64.b64encode(body).decode(), content_type)


def test_other_requests_pass_unread() -> None:
    uploads.check(incoming("not base64 \xff", "application/json"))
    uploads.check(incoming(None, ""))


def test_a_form_passes_with_bytes_in_its_files_alone() -> None:
    good = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n\xff\0\r\n--b--'
    uploads.check(form(good))
    uploads.check(form(good, 'multipart/form-data; charset=x; boundary="b"'))
    with pytest.raises(uploads.FormBroken):
        uploads.check(form(good.replace(b'; filename="a"', b"")))


@pytest.mark.parametrize(
    "broken",
    [
        form(b"", "multipart/form-data"),
        form(b"", "multipart/form-data; boundary="),
        form(b"", "multipart/form-data; boundary=" + "x" * 71 + " "),
        incoming("--b--", "multipart/form-data; boundary=b", encoded=False),
        incoming("!!!", "multipart/form-data; boundary=b"),
        incoming("é", "multipart/form-data; boundary=b"),
        form(b"--b\r\n\xff: x\r\n\r\n--b--"),
        form(b"", "multipart/form-data; xboundary=b"),
        form(b"", "multipart/form-data; boundary=a b"),
        form(b'--b\r\nX: filename="a"\r\n\r\n\xff\r\n--b--'),
        form(b"--b\r\nContent-Disposition: form-data; filename=a\r\n\r\n\xff\r\n--b--"),
    ],
)
def test_a_broken_form_is_refused(broken: Incoming) -> None:
    with pytest.raises(uploads.FormBroken):
        uploads.check(broken)


@given(st.binary(), st.text())
def test_whatever_comes_passes_or_is_refused(body: bytes, boundary: str) -> None:
    try:
        uploads.check(form(body, f"multipart/form-data; boundary={boundary}"))
    except uploads.FormBroken:
        return
