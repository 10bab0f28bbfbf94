"""The baseline: the same list by FastAPI over SQLAlchemy, called in process as ASGI.

It verifies the same access token, runs the same statements with the same parameters, and validates
its answer against the same schema. What our handler does beyond that (scopes, limits, metrics) it
is spared.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import jwt
from fastapi import FastAPI, Header
from sqlalchemy import Engine, create_engine, text

from aiconnected.calls.lists import sentiment
from chalicelib.schemas.calls import CallShown
from chalicelib.schemas.envelopes import Listing, PageMeta

_PARAMETER = re.compile(r"%\((\w+)\)s(?:::(\w+(?:\[\])?))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement as our handler ran it; `login` says on which connection.

    `alone` is without a transaction.
    """

    login: str
    text: str
    params: Mapping[str, Any]
    alone: bool = False


def application(
    statements: Sequence[Statement], *, urls: Mapping[str, str], key: str, meta: PageMeta
) -> FastAPI:
    """Answers `/calls` with what the statements give; the list's own is the one of most rows."""
    engines = {login: _engine(url) for login, url in urls.items()}
    plans = [
        (_on(engines, same[0]), [(text(_bound(each.text)), dict(each.params)) for each in same])
        for same in _units(statements)
    ]
    app = FastAPI()

    @app.get("/calls")
    async def calls(authorization: Annotated[str, Header()]) -> Listing[CallShown]:
        jwt.decode(
            authorization.removeprefix("Bearer "),
            key,
            algorithms=["HS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_iss": False},
        )
        rows: Sequence[Any] = ()
        for engine, plan in plans:
            with engine.begin() as connection:
                for statement, params in plan:
                    found = connection.execute(statement, params).mappings().all()
                    rows = max(rows, found, key=len)
        return Listing[CallShown](data=[_shown(row) for row in rows[:50]], meta=meta)

    return app


async def answered(app: FastAPI, token: str) -> bytes:
    """The body of one answer; raises RuntimeError when it is not a 200."""
    body = bytearray()
    statuses: list[int] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/calls",
        "raw_path": b"/calls",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {token}".encode()), (b"host", b"bench")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    if statuses != [200]:
        raise RuntimeError(f"the baseline answered {statuses}: {bytes(body[:500])!r}")
    return bytes(body)


def _shown(row: Mapping[str, Any]) -> CallShown:
    known = dict(row)
    duration = known["duration_ms"]
    return CallShown.model_validate(
        known
        | {
            **dict.fromkeys(("cost", "price", "margin")),  # not for a client's people
            "duration": None if duration is None else -(-duration // 1000),
            "sentiment_label": sentiment(known["sentiment_score"]),
        }
    )


def _units(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Units of work: statements on one connection that follow each other."""
    units: list[list[Statement]] = []
    for statement in statements:
        if statement.alone or not units or units[-1][0].login != statement.login:
            units.append([])
        units[-1].append(statement)
    return units


def _on(engines: Mapping[str, Engine], first: Statement) -> Engine:
    """The engine of a unit's login; without transactions for what we run without one."""
    engine = engines[first.login]
    return engine.execution_options(isolation_level="AUTOCOMMIT") if first.alone else engine


def _bound(statement: str) -> str:
    """psycopg's parameters as SQLAlchemy's."""

    def bound(match: re.Match[str]) -> str:
        name, kind = match.groups()
        return f"CAST(:{name} AS {kind})" if kind else f":{name}"

    return _PARAMETER.sub(bound, statement).replace("%%", "%")


def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), pool_size=1)
