"""What a function's parameters, headers and address must be like."""

import json
import re
from collections.abc import Mapping
from typing import cast

from aiconnected.functions.errors import BadAddress, BadHeaders, BadParameters
from aiconnected.outside import check_url
from aiconnected.outside.errors import AddressRefused

MAX_BYTES = 20_000  # of the parameters: a model reads them with every turn
MAX_DEPTH = 10
MAX_HEADERS = 20
MAX_VALUE = 2000
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110 §5.6.2
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
# What the request's own client sets, and what signs it.
_OURS = frozenset({
    "host", "connection", "content-length", "content-type", "transfer-encoding", "te", "trailer",
    "upgrade", "keep-alive", "expect", "proxy-authorization", "x-voice-signature",
})  # fmt: skip


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Raises `BadParameters` unless they are a JSON Schema of an object (draft 2020-12).

    References lead within it only: nothing is ever fetched for it.
    """
    # A layer's 30 ms, for requests that bring a schema.
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415

    _check_size(parameters)
    if parameters.get("type") != "object":
        raise BadParameters("The parameters are of type object.", field="parameters.type")
    try:
        Draft202012Validator.check_schema(dict(parameters))
    except SchemaError as exc:
        path = ".".join(["parameters", *(str(step) for step in exc.absolute_path)])
        raise BadParameters(f"No JSON Schema: {exc.message[:200]}", field=path) from exc


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises `BadHeaders`; its message never holds a value."""
    if len(headers) > MAX_HEADERS:
        raise BadHeaders(f"At most {MAX_HEADERS} headers.", field="headers")
    seen: set[str] = set()
    for name, value in headers.items():
        field = f"headers.{name[:100]}"
        if not _TOKEN.fullmatch(name):
            raise BadHeaders("This is not the name of a header.", field="headers")
        if name.lower() in _OURS or name.lower() in seen:
            raise BadHeaders("This header cannot be given, or not twice.", field=field)
        if len(value) > MAX_VALUE or not _VALUE.fullmatch(value):
            raise BadHeaders(f"A value is up to {MAX_VALUE} visible characters.", field=field)
        seen.add(name.lower())


def check_address(url: str) -> None:
    """Raises `BadAddress` for what we should never call; each call checks where it leads."""
    try:
        check_url(url)
    except AddressRefused as exc:
        raise BadAddress(exc.message, field="webhook_url") from exc


def _check_size(parameters: Mapping[str, object]) -> None:
    if len(json.dumps(parameters, ensure_ascii=False).encode()) > MAX_BYTES:
        raise BadParameters(f"At most {MAX_BYTES} bytes.", field="parameters")
    _check_depth(parameters, depth=1)


def _check_depth(value: object, *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise BadParameters(f"At most {MAX_DEPTH} levels.", field="parameters")
    if isinstance(value, Mapping):
        for name, each in cast("Mapping[str, object]", value).items():
            if name in {"$ref", "$dynamicRef"} and not str(each).startswith("#"):
                raise BadParameters("References lead within the schema.", field="parameters")
            _check_depth(each, depth=depth + 1)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            _check_depth(each, depth=depth + 1)
