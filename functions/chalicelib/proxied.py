"""Answers in API Gateway's shape: a dictionary of status, headers by list, and text."""

from collections.abc import Mapping
from typing import Any, cast

from aws_lambda_powertools.event_handler import Response

Proxied = dict[str, Any]
OK = 200


def proxied(response: Response[str]) -> Proxied:
    """An answer that no route has given."""
    return made(response.status_code, headers=response.headers, body=response.body or "")


def made(status: int, *, headers: Mapping[str, str | list[str]], body: str = "") -> Proxied:
    """An answer from its parts."""
    return {
        "statusCode": status,
        "body": body,
        "isBase64Encoded": False,
        "multiValueHeaders": {
            name: value if isinstance(value, list) else [value] for name, value in headers.items()
        },
    }


def status_of(answer: Proxied) -> int:
    """Its status."""
    return int(answer["statusCode"])


def headers_of(answer: Proxied) -> dict[str, list[str]]:
    """Its headers, to be read and changed."""
    return cast("dict[str, list[str]]", answer["multiValueHeaders"])


def header_of(answer: Proxied, name: str) -> str:
    """One header, or nothing."""
    return next((v[0] for k, v in headers_of(answer).items() if k.lower() == name and v), "")


def add(answer: Proxied, headers: Mapping[str, str]) -> None:
    """Headers that it has not got yet."""
    for name, value in headers.items():
        headers_of(answer).setdefault(name, [value])
