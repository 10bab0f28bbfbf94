"""The core's services as the realtime plane wires them: pooled, with the record's side of calls."""

from functools import cached_property

from aiconnected.calls.history import HistoryRepository
from aiconnected.calls.leases import CallLeases
from aiconnected.calls.models import AgentConfig
from aiconnected.calls.projection import Projection
from aiconnected.calls.record import FactStore
from aiconnected.calls.repository import CallRepository
from aiconnected.db import Database, Scope
from aiconnected.live.state import LiveCalls
from aiconnected.wiring.services import CoreServices
from realtime.settings import RealtimeSettings

_READERS, _PLATFORM = 6, 4  # connections: reader threads and writer; look-ups across tenants
_WARM = 200  # agents whose lines a host has at hand


class Core(CoreServices):
    """Everything of the core that a realtime process holds; safe to share between its threads."""

    def __init__(self, settings: RealtimeSettings) -> None:
        super().__init__(settings)
        self.database = Database.pooled(
            settings.database_url_app.get_secret_value(),
            settings.database_url_platform.get_secret_value(),
            app_size=_READERS,
            platform_size=_PLATFORM,
        )

    @cached_property
    def live(self) -> LiveCalls:
        """The state of live calls in Redis."""
        return LiveCalls(self.redis)

    @cached_property
    def facts(self) -> FactStore:
        """Where the writer brings what is in the spools."""
        history = HistoryRepository()
        projection = Projection(
            history, calls=CallRepository(), closing=self.closing, usage=self.usage
        )
        return FactStore(history, projection=projection, database=self.database)

    @cached_property
    def leases(self) -> CallLeases:
        """Proof that this process looks after its calls."""
        return CallLeases(CallRepository(), database=self.database, clock=self.clock)

    def answering(self) -> list[AgentConfig]:
        """The agents that calls reach, as a call that begins now gets them."""
        with self.database.work(Scope.platform("agents that answer")) as work:
            return [agent.config for agent in self.agents.answering(work, limit=_WARM)]

    def prepare(self) -> None:
        """Make before the first call what calls from several threads will ask for."""
        _ = (self.calls, self.knowledge, self.appointments, self.live, self.admission)
        _ = (self.facts, self.leases, self.relay, self.objects)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
        self.redis.close()
