"""The end of sign-ups that nobody has proved: the address is free again."""

import logging
from datetime import timedelta
from uuid import UUID

from aiconnected.agencies.service import AgencyService
from aiconnected.db import Database, ForeignKeyViolation, Scope
from aiconnected.kit.clock import Clock
from aiconnected.users.service import UserService

logger = logging.getLogger(__name__)

KEPT_UNVERIFIED = timedelta(days=30)
BATCH = 200
_SCOPE = Scope.platform("purge unverified sign-up")


class UnverifiedSignUps:
    """Opens its own units of work, one for each agency."""

    def __init__(
        self, agencies: AgencyService, users: UserService, *, database: Database, clock: Clock
    ) -> None:
        self._agencies, self._users = agencies, users
        self._database, self._clock = database, clock

    def purge(self) -> int:
        """Destroy agencies that were signed up long ago and never proved, with their people.

        The scheduled job. How many there were.
        """
        before = self._clock.now() - KEPT_UNVERIFIED
        with self._database.work(_SCOPE) as work:
            found = self._agencies.unverified(work, before=before, limit=BATCH)
        return sum(self._purge(agency_id) for agency_id in found)

    def _purge(self, agency_id: UUID) -> bool:
        try:
            with self._database.work(_SCOPE) as work:
                people = self._users.purge_unverified(work, agency_id)
                return self._agencies.purge_unverified(work, agency_id, people=people)
        except ForeignKeyViolation:  # somebody has begun to keep something for it
            logger.warning("sign-up not purged", extra={"agency_id": str(agency_id)})
            return False
