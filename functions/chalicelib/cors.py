"""Which pages of other origins may call the API: those of the settings, and agencies' own domains.

Tokens travel in headers, never in cookies, so that credentials are not allowed to anybody.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.kit.errors import AppError
from chalicelib.observability import logger
from chalicelib.proxied import Proxied, made

if TYPE_CHECKING:
    from chalicelib.services import Services

PREFLIGHT = "OPTIONS"
EXPOSED = (
    "Deprecation",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "Retry-After",
    "Sunset",
    "Warning",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
)
_ACCEPTED = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-API-Key",
    "X-Confirm-Release",
    "X-Support-Grant",
)
_MAX_AGE_S = 600
_REMEMBERED_S = 60.0
_MOST = 1_000  # origins that are remembered
_DOMAIN = re.compile(r"https://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})")


class Origins:
    """Knows the origins that may call; what the database says holds for a minute."""

    def __init__(self, services: "Services") -> None:
        self._services = services
        self._remembered: dict[str, tuple[bool, float]] = {}

    def headers(self, origin: str) -> Mapping[str, str]:
        """What an answer says to a page of `origin`, if it may read it."""
        if not origin:
            return {}
        if not self._allows(origin):
            return {"Vary": "Origin"}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": ", ".join(EXPOSED),
            "Vary": "Origin",
        }

    def preflight(self, origin: str, *, methods: Iterable[str]) -> Proxied:
        """What a browser asks before it sends a request that a form could not."""
        allow = ", ".join(sorted({*methods, PREFLIGHT}))
        headers = {"Allow": allow}
        if origin and self._allows(origin):
            headers |= {
                "Access-Control-Allow-Methods": allow,
                "Access-Control-Allow-Headers": ", ".join(_ACCEPTED),
                "Access-Control-Max-Age": str(_MAX_AGE_S),
            }
        return made(204, headers=headers)

    def _allows(self, origin: str) -> bool:
        if origin in self._own:
            return True
        found = _DOMAIN.fullmatch(origin)
        if found is None:
            return False
        now = self._services.clock.monotonic()
        allowed, until = self._remembered.get(origin, (False, now))
        if now < until:
            return allowed
        allowed = self._is_an_agencys(found[1])
        if len(self._remembered) >= _MOST:
            self._remembered.clear()
        self._remembered[origin] = allowed, now + _REMEMBERED_S
        return allowed

    def _is_an_agencys(self, domain: str) -> bool:
        from aiconnected.db import Scope  # noqa: PLC0415 -- psycopg

        try:
            with self._services.database.work(Scope.platform("check origin")) as work:
                return self._services.agencies.serves(work, domain)
        except AppError as exc:  # the request goes on: it may not need the database
            logger.warning("origin not checked", extra={"code": exc.error_code})
            return False

    @cached_property
    def _own(self) -> frozenset[str]:
        given = self._services.settings.cors_origins.split(",")
        return frozenset(origin.strip() for origin in given if origin.strip())
