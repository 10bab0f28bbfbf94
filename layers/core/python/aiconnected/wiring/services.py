"""The services, each made when first asked for."""

from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.wiring.access import AccessServices
from aiconnected.wiring.gates import Gates
from aiconnected.wiring.making import Making

if TYPE_CHECKING:
    from aiconnected.appointments.service import AppointmentService
    from aiconnected.billing.minutes import MinuteQuota
    from aiconnected.calls.carrier import CarrierService
    from aiconnected.calls.closing import CallClosing
    from aiconnected.calls.finalise import CallFinaliser
    from aiconnected.calls.leases import Reaper
    from aiconnected.calls.reading import CallReader
    from aiconnected.calls.service import CallService
    from aiconnected.knowledge.bases import KnowledgeBaseService
    from aiconnected.knowledge.documents import DocumentService
    from aiconnected.knowledge.ports import Embedder
    from aiconnected.knowledge.service import KnowledgeService
    from aiconnected.live.admission import Admission
    from aiconnected.live.commands import CommandSender
    from aiconnected.received.service import ReceivedEvents
    from aiconnected.recordings.library import RecordingLibrary
    from aiconnected.recordings.service import RecordingService


class CoreServices(Gates, Making, AccessServices):
    """One set for a container or a process.

    A test fills in what it wants by assigning before the first use.
    """

    @cached_property
    def appointments(self) -> "AppointmentService":
        """Free times and bookings."""
        from aiconnected.appointments.repository import AppointmentRepository
        from aiconnected.appointments.service import AppointmentService
        from aiconnected.appointments.slots import SlotRepository

        return AppointmentService(
            AppointmentRepository(),
            slots=SlotRepository(),
            database=self.database,
            scopes=self.scopes,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def received(self) -> "ReceivedEvents":
        """Webhooks, each answered once."""
        from aiconnected.received.repository import ReceivedRepository
        from aiconnected.received.service import ReceivedEvents

        return ReceivedEvents(ReceivedRepository(), database=self.database, clock=self.clock)

    @cached_property
    def admission(self) -> "Admission":
        """How many calls there may be at once."""
        from aiconnected.live.admission import Admission

        return Admission(self.redis)

    @cached_property
    def calls(self) -> "CallService":
        """Opening of calls."""
        from aiconnected.calls.history import HistoryRepository
        from aiconnected.calls.repository import CallRepository
        from aiconnected.calls.service import CallService
        from aiconnected.calls.tickets import TicketSigner
        from aiconnected.numbers.repository import NumberRepository
        from aiconnected.numbers.service import NumberService

        keys = {name: key.encode() for name, key in self.keys.keys.items()}
        return CallService(
            CallRepository(),
            HistoryRepository(),
            database=self.database,
            numbers=NumberService(NumberRepository(), self.audit),
            agents=self.agents,
            minutes=self.minutes,
            admission=self.admission,
            tickets=TicketSigner(keys, current=self.keys.current),
            outbox=self.outbox,
            clock=self.clock,
        )

    @cached_property
    def minutes(self) -> "MinuteQuota":
        """How long clients may speak in a month."""
        from aiconnected.billing.minutes import MinuteQuota
        from aiconnected.billing.repository import AccountRepository

        return MinuteQuota(AccountRepository(), outbox=self.outbox, clock=self.clock)

    @cached_property
    def closing(self) -> "CallClosing":
        """The end of calls that nobody else ends."""
        from aiconnected.calls.closing import CallClosing
        from aiconnected.calls.history import HistoryRepository
        from aiconnected.calls.repository import CallRepository

        return CallClosing(
            CallRepository(), HistoryRepository(), outbox=self.outbox, clock=self.clock
        )

    @cached_property
    def carriers(self) -> "CarrierService":
        """What carriers tell of calls."""
        from aiconnected.calls.carrier import CarrierService
        from aiconnected.calls.history import HistoryRepository
        from aiconnected.calls.repository import CallRepository

        return CarrierService(
            CallRepository(),
            HistoryRepository(),
            closing=self.closing,
            admission=self.admission,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def call_reader(self) -> "CallReader":
        """Calls as they are listed and shown."""
        from aiconnected.calls.reading import CallReader
        from aiconnected.calls.reads import CallReadRepository

        return CallReader(CallReadRepository(), usage=self.usage, recordings=self.recording_library)

    @cached_property
    def commands(self) -> "CommandSender":
        """Orders to live calls."""
        from aiconnected.live.commands import CommandSender
        from aiconnected.live.state import LiveCalls

        return CommandSender(
            self._core.redis_url.get_secret_value(),
            live=LiveCalls(self.redis),
            clock=self.clock,
        )

    @cached_property
    def reaper(self) -> "Reaper":
        """The end of calls whose owner is lost."""
        from aiconnected.calls.leases import Reaper
        from aiconnected.calls.repository import CallRepository

        return Reaper(
            CallRepository(),
            closing=self.closing,
            admission=self.admission,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def finaliser(self) -> "CallFinaliser":
        """Transcript and bill of calls that have ended."""
        from aiconnected.calls.finalise import CallFinaliser
        from aiconnected.calls.finals import FinalRepository
        from aiconnected.calls.reads import CallReadRepository

        return CallFinaliser(
            FinalRepository(),
            reads=CallReadRepository(),
            usage=self.usage,
            minutes=self.minutes,
            outbox=self.outbox,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def recordings(self) -> "RecordingService":
        """Audio that browsers play."""
        from aiconnected.recordings.repository import RecordingRepository
        from aiconnected.recordings.service import RecordingService

        return RecordingService(
            RecordingRepository(),
            database=self.database,
            objects=self.objects,
            outbox=self.outbox,
            clock=self.clock,
        )

    @cached_property
    def recording_library(self) -> "RecordingLibrary":
        """Audio that people find, hear and delete."""
        from aiconnected.recordings.library import RecordingLibrary
        from aiconnected.recordings.repository import LibraryRepository

        return RecordingLibrary(
            LibraryRepository(), objects=self.objects, audit=self.audit, clock=self.clock
        )

    @cached_property
    def bases(self) -> "KnowledgeBaseService":
        """Knowledge bases."""
        from aiconnected.knowledge.bases import KnowledgeBaseService
        from aiconnected.knowledge.catalogue import CatalogueRepository

        return KnowledgeBaseService(CatalogueRepository(), audit=self.audit, clock=self.clock)

    @cached_property
    def documents(self) -> "DocumentService":
        """Documents as people give them."""
        from aiconnected.knowledge.catalogue import CatalogueRepository
        from aiconnected.knowledge.documents import DocumentService
        from aiconnected.knowledge.repository import KnowledgeRepository

        return DocumentService(
            KnowledgeRepository(),
            catalogue=CatalogueRepository(),
            outbox=self.outbox,
            clock=self.clock,
        )

    @cached_property
    def embedder(self) -> "Embedder":
        """Vectors of texts."""
        from aiconnected.providers.openai import OpenAIEmbedder

        return OpenAIEmbedder(
            api_key=self._core.openai_api_key.get_secret_value(),
            base_url=self._core.openai_url,
        )

    @cached_property
    def knowledge(self) -> "KnowledgeService":
        """Documents as they are found."""
        from aiconnected.knowledge.reading import DocumentReader
        from aiconnected.knowledge.repository import KnowledgeRepository
        from aiconnected.knowledge.service import KnowledgeService

        return KnowledgeService(
            KnowledgeRepository(),
            database=self.database,
            scopes=self.scopes,
            embedder=self.embedder,
            reader=DocumentReader(objects=self.objects, outside=self.outside),
            usage=self.usage,
            outbox=self.outbox,
            clock=self.clock,
        )
