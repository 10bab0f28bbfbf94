"""The conversation's ports to our own services, off the event loop and within a deadline.

Services are synchronous; they run in a small pool of reader threads, never in the loop's default
executor. A thread that outlives its deadline is left to its statement's own time-out.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar
from uuid import UUID

from aiconnected.appointments.models import PartOfDay
from aiconnected.appointments.service import AppointmentService
from aiconnected.calls.models import CallConfig
from aiconnected.kit.errors import Invalid, ProviderTimeout
from aiconnected.knowledge.service import KnowledgeService
from realtime.agent.ports import Booking, Passage, Slot

T = TypeVar("T")

_THREADS = 4
_PASSAGES = 5
_OFFERED = 3


class Readers:
    """The pool of threads in which this process asks its services."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="reader")

    async def run(self, work: Callable[[], T], *, seconds: float, what: str) -> T:
        """The result of `work`; raises `ProviderTimeout` when it takes longer than `seconds`."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                return await loop.run_in_executor(self._pool, work)
        except TimeoutError as exc:
            raise ProviderTimeout(
                f"{what} took too long", provider="aiconnected", retryable=True
            ) from exc

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class TenantSearch:
    """Search of one tenant's documents by text and vector, for one call."""

    def __init__(
        self, config: CallConfig, *, service: KnowledgeService, readers: Readers, seconds: float
    ) -> None:
        self._config, self._service = config, service
        self._readers, self._seconds = readers, seconds

    async def __call__(self, text: str, vector: Sequence[float]) -> Sequence[Passage]:
        """The passages nearest in meaning and words, best first."""
        found = await self._readers.run(
            lambda: self._service.search(
                self._config.tenant_id, text=text, vector=vector, limit=_PASSAGES
            ),
            seconds=self._seconds,
            what="retrieval",
        )
        return [
            Passage(id=str(p.id), title=p.heading or p.title, text=p.text, score=p.score)
            for p in found
        ]


class TenantAppointments:
    """One tenant's calendar, for one call."""

    def __init__(
        self, config: CallConfig, *, service: AppointmentService, readers: Readers, seconds: float
    ) -> None:
        self._config, self._service = config, service
        self._readers, self._seconds = readers, seconds

    async def available(
        self, *, day: date | None, part_of_day: str | None, service: str | None
    ) -> Sequence[Slot]:
        """The next free times."""
        slots = await self._readers.run(
            lambda: self._service.available(
                self._config.tenant_id,
                day=day,
                part_of_day=PartOfDay(part_of_day or "any"),
                service=service or "",
                limit=_OFFERED,
            ),
            seconds=self._seconds,
            what="availability",
        )
        return [Slot(id=str(s.id), start=s.local_start, service=service) for s in slots]

    async def book(self, slot_id: str, *, name: str, phone: str, service: str | None) -> Booking:
        """Book one of the times that were offered."""
        try:
            slot = UUID(slot_id)
        except ValueError as exc:
            raise Invalid("that is not one of the slots that were offered") from exc
        made = await self._readers.run(
            lambda: self._service.book(
                self._config.tenant_id,
                call_id=self._config.call_id,
                slot_id=slot,
                name=name,
                phone=phone,
                service=service or "",
            ),
            seconds=self._seconds,
            what="booking",
        )
        return Booking(appointment_id=str(made.id), start=made.local_start, service=made.service)
