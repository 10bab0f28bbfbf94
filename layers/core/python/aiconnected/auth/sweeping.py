"""The end of sign-ins that are long over: a job of its own, which holds no keys."""

from datetime import timedelta

from aiconnected.auth.repository import RefreshTokenRepository
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock

KEPT_EXPIRED = timedelta(days=30)  # so long the list of sign-ins can be looked into


class RefreshTokenSweep:
    """Forgets refresh tokens."""

    def __init__(
        self, refresh_tokens: RefreshTokenRepository, *, database: Database, clock: Clock
    ) -> None:
        self._refresh_tokens, self._database = refresh_tokens, database
        self._clock = clock

    def run(self) -> int:
        """Forget tokens that expired long ago; how many there were."""
        with self._database.work(Scope.platform("sweep refresh tokens")) as work:
            return self._refresh_tokens.sweep(work, before=self._clock.now() - KEPT_EXPIRED)
