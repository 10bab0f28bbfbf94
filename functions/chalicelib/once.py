"""The gate of idempotency keys: a POST that is sent again has its first answer (A3)."""

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.proxied import Proxied, headers_of, made, status_of

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from aiconnected.idempotency.models import Claim, KeptAnswer
    from chalicelib.incoming import Incoming
    from chalicelib.services import Services

HEADER = "idempotency-key"
REPLAYED = "Idempotency-Replayed"
_LONGEST = 255


def answer_once(
    services: "Services",
    compute: Callable[[], Proxied],
    *,
    incoming: "Incoming",
    principal: "Principal | None",
) -> Proxied:
    """`compute`'s answer, or that of an earlier request with the same key.

    Keys belong to whoever signs in: public routes take none. Raises `BadKey`,
    `KeyOfAnotherRequest`, `StillAnswering`.
    """
    key = incoming.headers.get(HEADER)
    if incoming.method != "POST" or principal is None or key is None:
        return compute()
    from aiconnected.idempotency.models import KeptAnswer  # noqa: PLC0415 -- few requests need it

    def kept() -> "KeptAnswer":
        answer = compute()
        return KeptAnswer(
            status=status_of(answer), headers=headers_of(answer), body=answer["body"] or ""
        )

    claim = _claim(_checked(key), incoming=incoming, principal=principal)
    given = services.idempotency.once(claim, compute=kept)
    answer = made(given.status, headers=dict(given.headers), body=given.body)
    if given.replayed:
        headers_of(answer)[REPLAYED] = ["true"]
    return answer


def _checked(key: str) -> str:
    from aiconnected.idempotency.errors import BadKey  # noqa: PLC0415 -- as above

    key = key.strip()
    if not key or len(key) > _LONGEST or not (key.isascii() and key.isprintable()):
        raise BadKey
    return key


def _claim(key: str, *, incoming: "Incoming", principal: "Principal") -> "Claim":
    from aiconnected.idempotency.models import Claim  # noqa: PLC0415 -- as above

    event = incoming.event
    asked = (
        incoming.method,
        event["path"],
        event.get("multiValueQueryStringParameters"),
        incoming.header("content-type"),
        str(principal.support_grant or ""),  # in another agency's view it is another request
        event.get("body"),
    )
    return Claim(
        actor_id=principal.id,
        key=key,
        agency_id=principal.agency_id,
        tenant_id=principal.tenant_id,
        route=" ".join(incoming.route),
        request_sha256=hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest(),
    )
