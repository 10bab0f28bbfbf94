"""Forms with files, before the resolver reads them: what is broken is the caller's mistake.

The resolver takes such a form apart without looking whether it is one; it must never meet another.
"""

import base64
import re

from aiconnected.kit.errors import Invalid
from chalicelib.incoming import Incoming

FORM = "multipart/form-data"
# RFC 2046 §5.1.1
_BOUNDARY = re.compile(r"""(?:^|;)\s*boundary=(?:"([^";]{1,70})"|([^;"\s]{1,70}))\s*(?:;|$)""")
_FILE = re.compile(r'^content-disposition:.*filename="[^"]*"', re.IGNORECASE)


class FormBroken(Invalid):
    """This is not a form as RFC 7578 has it."""


def check(incoming: Incoming) -> None:
    """Raises `FormBroken` for a form that cannot be taken apart; other requests pass."""
    content_type = incoming.header("content-type")
    if not content_type.startswith(FORM):
        return
    boundary = _BOUNDARY.search(content_type)
    if boundary is None or not incoming.event.get("isBase64Encoded"):
        raise FormBroken
    try:
        body = base64.b64decode(str(incoming.event.get("body") or ""), validate=True)
        for part in body.split(f"--{boundary[1] or boundary[2]}".encode()):
            head, _, content = part.partition(b"\r\n\r\n")
            named = [line for line in head.decode().split("\r\n") if _named(line)]
            if not (named and _FILE.match(named[-1])):
                content.decode()
    except ValueError as exc:  # no base64, no UTF-8
        raise FormBroken from exc


def _named(line: str) -> bool:
    return line.lower().startswith("content-disposition:")
