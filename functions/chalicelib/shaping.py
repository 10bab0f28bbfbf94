"""What is done to an answer on its way out: chosen fields alone, and nothing to who has it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from aiconnected.kit.errors import ErrorCode, FieldError, Invalid
from chalicelib.incoming import Incoming
from chalicelib.proxied import OK, Proxied, header_of, headers_of, made, status_of
from chalicelib.schemas.envelopes import Answer, Listing

FIELDS = "fields"


class UnknownFields(Invalid):
    """There are no such fields."""

    code = ErrorCode.VAL_UNKNOWN_FIELD

    def __init__(self, message: str) -> None:
        super().__init__(details=[FieldError(field=FIELDS, code=self.code, message=message)])


@cache
def fields_of(handler: Callable[..., object]) -> frozenset[str]:
    """What can be chosen of the resources that `handler` answers; nothing where it has none."""
    model = _resource(get_type_hints(handler).get("return"))
    if model is None:
        return frozenset()
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def chosen(handler: Callable[..., object], incoming: Incoming) -> frozenset[str] | None:
    """The fields that the query string asks for, None for all; raises `UnknownFields`."""
    query = incoming.event.get("multiValueQueryStringParameters")
    given = (cast("Mapping[str, Sequence[str]] | None", query) or {}).get(FIELDS)
    if given is None or incoming.method != "GET":
        return None
    known = fields_of(handler)
    if not known:
        raise UnknownFields("Nothing can be chosen of this answer.")
    wanted = frozenset(name.strip() for text in given for name in text.split(","))
    if not wanted <= known:
        raise UnknownFields(f"Choose among {', '.join(sorted(known))}.")
    return wanted


def cut(answer: Proxied, fields: frozenset[str] | None) -> None:
    """Leave `fields` alone in the resources of an answer."""
    if fields is None or status_of(answer) != OK:
        return
    body = json.loads(answer["body"])
    data = body["data"]
    if isinstance(data, list):
        items = cast("list[dict[str, Any]]", data)
        body["data"] = [_only(item, fields) for item in items]
    else:
        body["data"] = _only(data, fields)
    answer["body"] = json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def conditional(answer: Proxied, incoming: Incoming) -> Proxied:
    """The answer to a GET with its `ETag`, or 304 to whoever has it (RFC 9110 §13.1.2)."""
    if incoming.method != "GET" or status_of(answer) != OK:
        return answer
    tag = header_of(answer, "etag")
    if not tag:
        digest = hashlib.sha256(str(answer["body"]).encode("utf-8", "surrogatepass"))
        tag = f'W/"{digest.hexdigest()[:32]}"'
        headers_of(answer)["ETag"] = [tag]
    held = {each.strip().removeprefix("W/") for each in incoming.header("if-none-match").split(",")}
    if tag.removeprefix("W/") not in held and "*" not in held:
        return answer
    return made(304, headers={"ETag": tag})


def _only(item: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name in fields}


def _resource(answered: object) -> type[BaseModel] | None:
    """The model under `Answer[...]` or `Listing[...]`."""
    if not (isinstance(answered, type) and issubclass(answered, Answer | Listing)):
        return None
    inner = answered.__pydantic_generic_metadata__["args"][0]
    if get_origin(inner) is list:
        (inner,) = get_args(inner)
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
