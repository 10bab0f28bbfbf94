"""Lists of fifty calls in this process, ours and the baseline's by turns, each timed."""

import argparse
import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from psycopg.pq import TransactionStatus

from infra.local.stack.lambda_runtime import HTTP_FUNCTION, Context
from tests.bench.api_process import SETTINGS
from tests.bench.listing.baseline import Statement, answered, application

PATH = "/api/v1/calls"
KEY = "k" * 32
_WARM_UP = 50
_LIMITS = {f"RATE_LIMIT_{name}": "off" for name in ("USER", "KEY", "IP", "IP_STRICT")}


def _event(token: str) -> dict[str, Any]:
    """What API Gateway sends for a GET of the list."""
    headers = {"accept": "application/json", "host": "bench", "authorization": f"Bearer {token}"}
    return {
        "resource": PATH,
        "path": PATH,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "stage": "api",
            "httpMethod": "GET",
            "path": PATH,
            "resourcePath": PATH,
            "requestId": str(uuid.uuid4()),
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "bench"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


class Ours:
    """The whole Lambda handler over a real database."""

    def __init__(self, functions: Any, *, agency_id: UUID, tenant_id: UUID) -> None:  # noqa: ANN401 -- app.py
        from aiconnected.auth.tokens import KeySet  # noqa: PLC0415 -- after the settings
        from aiconnected.db import Scope  # noqa: PLC0415
        from aiconnected.users.models import NewUser, UserRole  # noqa: PLC0415

        self._functions = functions
        services = functions.services
        services.keys = KeySet(current="k1", keys={"k1": KEY})
        new = NewUser(
            agency_id=agency_id,
            tenant_id=tenant_id,
            email="bench@example.com",
            role=UserRole.TENANT_ADMIN,
            password_hash="nobody signs in with it",
            is_verified=True,
        )
        with services.database.work(Scope.platform("bench")) as work:
            user = services.users.get(work, services.users.add(work, new))
        self.token, _ = services.access_tokens.issue(user)

    def answer(self) -> dict[str, Any]:
        """One answer; raises RuntimeError when it is not a 200."""
        context = Context(HTTP_FUNCTION, str(uuid.uuid4()), time.monotonic() + 29)
        answer: dict[str, Any] = self._functions.app(_event(self.token), context)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"{PATH} answered {answer['statusCode']}: {answer['body'][:500]}")
        return answer

    def statements(self) -> list[Statement]:
        """What one answer runs, transactions' own settings included."""
        from aiconnected.db import database, work  # noqa: PLC0415

        seen: list[Statement] = []
        fetch = work.Work._fetch  # noqa: SLF001 -- the one place where every read passes

        def kept(self: Any, query: Any, factory: Any, params: Mapping[str, Any]) -> Any:  # noqa: ANN401
            login = "platform" if self.scope.is_platform else "app"
            alone = self._connection.info.transaction_status == TransactionStatus.IDLE
            if not alone and (not seen or seen[-1].login != login):
                entered = {
                    "agency_id": str(self.scope.agency_id or ""),
                    "tenant_id": str(self.scope.tenant_id or ""),
                    "actor_id": str(self.scope.actor or ""),
                    "timeout_ms": "10000",
                }
                enter = database._ENTER  # noqa: SLF001 -- what every unit of work begins with
                seen.append(Statement(login=login, text=enter, params=entered))
            seen.append(Statement(login=login, text=query.text, params=params, alone=alone))
            return fetch(self, query, factory, params)

        work.Work._fetch = kept  # noqa: SLF001
        try:
            self.answer()
        finally:
            work.Work._fetch = fetch  # noqa: SLF001
        return seen


class Took:
    """Microseconds of each answer, and of the CPU for them; the first ones do not count."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    @contextmanager
    def timed(self) -> Generator[None]:
        """Around one answer."""
        began, used = time.perf_counter(), time.process_time()
        yield
        self.cpu.append((time.process_time() - used) * 1e6)
        self.wall.append((time.perf_counter() - began) * 1e6)

    def as_json(self) -> dict[str, list[float]]:
        """What the measurement reads."""
        return {"wall": self.wall[_WARM_UP:], "cpu": self.cpu[_WARM_UP:]}


def _measured(ours: Ours, app: Any, count: int) -> dict[str, object]:  # noqa: ANN401 -- FastAPI
    """Both by turns, so that a busy machine troubles both alike."""
    own, baseline = Took(), Took()
    with asyncio.Runner() as runner:

        async def theirs() -> None:
            with baseline.timed():
                await answered(app, ours.token)

        for _ in range(_WARM_UP + count):
            with own.timed():
                ours.answer()
            runner.run(theirs())
        same = json.loads(runner.run(answered(app, ours.token)))["data"]
    if same != json.loads(ours.answer()["body"])["data"]:
        raise RuntimeError("the two answers differ")
    return {"ours": own.as_json(), "baseline": baseline.as_json()}


def main() -> None:
    """Print the microseconds of each answer, ours and the baseline's, as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("--app-url", "--platform-url", "--agency", "--tenant"):
        arguments.add_argument(name, required=True)
    arguments.add_argument("--requests", type=int, required=True)
    given = arguments.parse_args()
    result = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    urls = {"app": given.app_url, "platform": given.platform_url}
    os.environ.update(SETTINGS | _LIMITS)
    os.environ["DATABASE_URL_APP"], os.environ["DATABASE_URL_PLATFORM"] = urls.values()
    import app as functions  # noqa: PLC0415 -- reads its settings from the environment
    from chalicelib.schemas.envelopes import PageMeta  # noqa: PLC0415

    ours = Ours(functions, agency_id=UUID(given.agency), tenant_id=UUID(given.tenant))
    meta = PageMeta.model_validate(json.loads(ours.answer()["body"])["meta"])
    baseline = application(ours.statements(), urls=urls, key=KEY, meta=meta)
    took = _measured(ours, baseline, given.requests)
    with result:
        json.dump(took, result)


if __name__ == "__main__":
    main()
