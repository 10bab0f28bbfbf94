"""The gate of rate limits (A3): by user and API key, and by address where nobody is known."""

from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.kit.errors import TooMany
from aiconnected.kit.limits import Limit, Standing, limits_of
from chalicelib.declared import Pace
from chalicelib.observability import metrics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiconnected.auth.models import Principal
    from chalicelib.incoming import Incoming
    from chalicelib.services import Services

_KEY = "api_key"


class RateLimited(TooMany):
    """Too many requests: come again later."""

    def __init__(self, standing: Standing) -> None:
        window = standing.limit.window
        super().__init__(
            f"At most {standing.limit.requests} requests a {window}: come again later.",
            code=window.code,
        )
        self.retry_after_s = standing.reset_s


class Limits:
    """Counts each request once, for whoever makes it."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    def standing(
        self, pace: Pace, *, incoming: "Incoming", principal: "Principal | None"
    ) -> Standing | None:
        """Where the sender stands with this request; None where nothing is limited or counted."""
        if pace is Pace.FREE:
            return None
        if principal is None:
            group = "ip_strict" if pace is Pace.STRICT else "ip"
            subject = f"{group}:{incoming.client.ip or 'unknown'}"
        else:
            group = "key" if principal.kind.value == _KEY else "user"
            subject = f"{group}:{principal.id}"
        limits = self._limits[group]
        if not limits:
            return None
        standing = self._services.rates.hit(subject, limits)
        if standing is None:
            metrics.add_metric("UncountedRequests", "Count", 1)
        return standing

    def headers(self, standing: Standing) -> "Mapping[str, str]":
        """What callers are told of it; the reset is in Unix seconds."""
        reset = int(self._services.clock.now().timestamp()) + standing.reset_s
        return {
            "X-RateLimit-Limit": str(standing.limit.requests),
            "X-RateLimit-Remaining": str(standing.remaining),
            "X-RateLimit-Reset": str(reset),
        }

    @cached_property
    def _limits(self) -> "Mapping[str, Sequence[Limit]]":
        settings = self._services.settings
        return {
            "user": limits_of(settings.rate_limit_user),
            "key": limits_of(settings.rate_limit_key),
            "ip": limits_of(settings.rate_limit_ip),
            "ip_strict": limits_of(settings.rate_limit_ip_strict),
        }
