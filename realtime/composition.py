"""The core's services as the realtime plane wires them together."""

from collections.abc import Callable
from dataclasses import dataclass

from aiconnected.agents.repository import AgentRepository
from aiconnected.agents.service import AgentService
from aiconnected.appointments.repository import AppointmentRepository
from aiconnected.appointments.service import AppointmentService
from aiconnected.audit.repository import AuditRepository
from aiconnected.audit.service import AuditService
from aiconnected.auth.tokens import KeySet
from aiconnected.calls.closing import CallClosing
from aiconnected.calls.history import HistoryRepository
from aiconnected.calls.leases import CallLeases
from aiconnected.calls.models import AgentConfig
from aiconnected.calls.projection import Projection
from aiconnected.calls.record import FactStore
from aiconnected.calls.repository import CallRepository
from aiconnected.calls.service import CallService
from aiconnected.calls.tickets import TicketSigner
from aiconnected.contracts.facts import CallEnded, RecordingWritten
from aiconnected.contracts.jobs import DocumentAdded
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import SystemClock
from aiconnected.knowledge.repository import KnowledgeRepository
from aiconnected.knowledge.service import KnowledgeService
from aiconnected.live.admission import Admission
from aiconnected.live.connection import connect
from aiconnected.live.state import LiveCalls
from aiconnected.numbers.repository import NumberRepository
from aiconnected.numbers.service import NumberService
from aiconnected.outbox.repository import OutboxRepository
from aiconnected.outbox.service import Outbox, OutboxRelay
from aiconnected.providers.object_store import ObjectStore
from aiconnected.providers.openai import OpenAIEmbedder
from aiconnected.providers.s3 import S3ObjectStore
from aiconnected.providers.secrets import read_secret
from aiconnected.providers.sqs import SqsPublisher
from aiconnected.tenants.repository import TenantRepository
from aiconnected.tenants.scopes import TenantScopes
from aiconnected.tenants.service import TenantService
from aiconnected.usage.repository import UsageRepository
from aiconnected.usage.service import UsageService
from realtime.settings import RealtimeSettings

_READERS, _PLATFORM = 6, 4  # connections: reader threads and writer; look-ups across tenants
_WARM = 200  # agents whose lines a host has at hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services that a call needs."""

    calls: CallService
    knowledge: KnowledgeService
    appointments: AppointmentService
    admission: Admission
    live: LiveCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Everything of the core that a realtime process holds."""

    services: Services
    facts: FactStore
    leases: CallLeases
    relay: Callable[[], object]
    objects: ObjectStore
    answering: Callable[[], list[AgentConfig]]
    close: Callable[[], object]


def build_core(settings: RealtimeSettings) -> Core:
    """Wire the core; connects to nothing but the secrets' store yet."""
    clock = SystemClock()
    database = Database.pooled(
        settings.database_url_app,
        settings.database_url_platform,
        app_size=_READERS,
        platform_size=_PLATFORM,
    )
    redis = connect(settings.redis_url)
    admission = Admission(redis)
    audit = AuditService(AuditRepository(), clock)
    tenants = TenantService(TenantRepository(), audit)
    agents = AgentService(AgentRepository(), tenants=tenants, audit=audit, clock=clock)
    calls, history = CallRepository(), HistoryRepository()
    usage = UsageService(UsageRepository())
    outbox = OutboxRepository()
    closing = CallClosing(calls, history, outbox=Outbox(outbox, clock=clock), clock=clock)
    projection = Projection(history, calls=calls, closing=closing, usage=usage)
    relay = OutboxRelay(
        outbox,
        database=database,
        publisher=SqsPublisher(
            {
                CallEnded.TYPE: settings.call_ended_queue_url,
                RecordingWritten.TYPE: settings.call_ended_queue_url,
                DocumentAdded.TYPE: settings.document_added_queue_url,
            }
        ),
        clock=clock,
    )
    return Core(
        services=Services(
            calls=CallService(
                calls,
                history,
                database=database,
                numbers=NumberService(NumberRepository(), audit),
                agents=agents,
                admission=admission,
                tickets=_tickets(settings),
                clock=clock,
            ),
            knowledge=_knowledge(settings, database, usage=usage),
            appointments=AppointmentService(
                AppointmentRepository(),
                database=database,
                scopes=TenantScopes(TenantRepository(), database=database),
                clock=clock,
            ),
            admission=admission,
            live=LiveCalls(redis),
        ),
        facts=FactStore(history, projection=projection, database=database),
        leases=CallLeases(calls, database=database, clock=clock),
        relay=relay.run,
        objects=S3ObjectStore(),
        answering=lambda: _answering(database, agents),
        close=lambda: (database.close(), redis.close()),
    )


def _tickets(settings: RealtimeSettings) -> TicketSigner:
    keys = KeySet.model_validate_json(read_secret(settings.jwt_keys_secret_id))
    secrets = {name: key.encode() for name, key in keys.keys.items()}
    return TicketSigner(secrets, current=keys.current)


def _answering(database: Database, agents: AgentService) -> list[AgentConfig]:
    with database.work(Scope.platform("agents that answer")) as work:
        return [agent.config for agent in agents.answering(work, limit=_WARM)]


def _knowledge(
    settings: RealtimeSettings, database: Database, *, usage: UsageService
) -> KnowledgeService:
    return KnowledgeService(
        KnowledgeRepository(),
        database=database,
        scopes=TenantScopes(TenantRepository(), database=database),
        embedder=OpenAIEmbedder(api_key=settings.openai_api_key, base_url=settings.openai_url),
        usage=usage,
        clock=SystemClock(),
    )
