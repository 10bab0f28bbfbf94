"""Requests of the stack's own HTTP server: one indexed query, and one that asks no database."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from infra.local.cli.errors import CommandError
from infra.local.cli.stack_file import Stack
from tests.bench.quantiles import p50
from tests.bench.rows import Report
from tests.bench.stalls import Stalls

_WARM_UP = 30  # requests that do not count; together with the others no rate limit is reached
_HEALTH = "/api/v1/health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Milliseconds of each request, and how late the machine itself was meanwhile."""

    took: list[float]
    stalled: Mapping[str, float]  # p95 and max

    @property
    def p99(self) -> float | None:
        """The one of a hundred requests that waited longest."""
        return sorted(self.took)[int(len(self.took) * 0.99)] if self.took else None


async def measure(stack: Stack, *, requests: int) -> tuple[Fetched, Fetched]:
    """A client asked for by its id, and the health route; raises CommandError when one fails."""
    async with aiohttp.ClientSession(stack.api_url) as http:
        user = next(user for user in stack.users if user.tenant)
        login = {"email": user.email, "password": user.password}
        async with http.post("/api/v1/auth/login", json=login) as answer:
            session = (await answer.json())["data"]
        headers = {"Authorization": f"Bearer {session['access_token']}"}
        one = f"/api/v1/tenants/{session['user']['tenant_id']}"
        return (
            await _fetched(http, one, headers=headers, requests=requests),
            await _fetched(http, _HEALTH, headers={}, requests=requests // 2),
        )


def report_fetched(report: Report, one: Fetched, bare: Fetched) -> None:
    """The promise, and what explains it."""
    report.judge("api.one_query.p50", p50(one.took), samples=len(one.took))
    told = {
        "api.one_query.p99": (one.p99, "same, p99"),
        "api.stalled.max": (one.stalled.get("max"), "how late an idle loop was meanwhile, worst"),
        "api.health.p50": (p50(bare.took), "request without a query, local server, p50"),
    }
    for name, (value, title) in told.items():
        report.tell(name, value, unit="ms", title=title, samples=len(one.took))


async def _fetched(
    http: aiohttp.ClientSession, path: str, *, headers: Mapping[str, str], requests: int
) -> Fetched:
    took: list[float] = []
    async with Stalls() as stalls:
        for _ in range(_WARM_UP + requests):
            began = time.perf_counter()
            async with http.get(path, headers=headers) as answer:
                await answer.read()
            took.append((time.perf_counter() - began) * 1e3)
            if answer.status != 200:
                raise CommandError(f"{path} answered {answer.status}")
    return Fetched(took=took[_WARM_UP:], stalled=stalls.ms)
