"""What stands before every request of the control plane."""

from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.wiring.foundations import Foundations

if TYPE_CHECKING:
    from aiconnected.idempotency.service import IdempotencyService
    from aiconnected.live.rates import RateLimiter


class Gates(Foundations):
    """One set for a container."""

    @cached_property
    def rates(self) -> "RateLimiter":
        """How many requests somebody has made."""
        from aiconnected.live.rates import RateLimiter

        return RateLimiter(self.redis)

    @cached_property
    def idempotency(self) -> "IdempotencyService":
        """Requests that are answered once."""
        from aiconnected.idempotency.repository import IdempotencyRepository
        from aiconnected.idempotency.service import IdempotencyService

        return IdempotencyService(
            IdempotencyRepository(),
            database=self.database,
            seals=self.sealer,
            clock=self.clock,
        )
