"""What the services stand on: connections, keys, clients, and the nouns that others need.

Each is made when first asked for, and imports what it needs then: a cold start pays for what its
first request uses (facts/serverless.md §6: 130 ms instead of 430).
"""

from functools import cached_property
from typing import TYPE_CHECKING

from aiconnected.contracts.facts import RecordingWritten
from aiconnected.contracts.jobs import (
    CallEnded,
    DeliveryDue,
    DocumentAdded,
    EventHappened,
    EventReceived,
    MailRequested,
)
from aiconnected.kit.clock import Clock, SystemClock
from aiconnected.wiring.settings import CoreSettings

if TYPE_CHECKING:
    from redis import Redis

    from aiconnected.audit.service import AuditService
    from aiconnected.auth.tokens import KeySet
    from aiconnected.db import Database
    from aiconnected.db.growth import Growth
    from aiconnected.db.schema import Schema
    from aiconnected.outbox.ports import Publisher
    from aiconnected.outbox.service import Outbox, OutboxRelay
    from aiconnected.outside.client import OutsideClient
    from aiconnected.providers.object_store import ObjectStore
    from aiconnected.sealing.service import Sealer
    from aiconnected.tenants.scopes import TenantScopes
    from aiconnected.tenants.service import TenantService
    from aiconnected.usage.service import UsageService


class Foundations:
    """One set for a container or a process."""

    def __init__(self, settings: CoreSettings, *, clock: Clock | None = None) -> None:
        self._core = settings
        self.clock = clock or SystemClock()

    @cached_property
    def database(self) -> "Database":
        """One checked connection for each login, opened by the first unit of work. A process of
        many threads puts a pooled one in its place.
        """
        from aiconnected.db import Database

        return Database.single(
            self._core.database_url_app.get_secret_value(),
            self._core.database_url_platform.get_secret_value(),
        )

    @cached_property
    def schema(self) -> "Schema":
        """The database as a whole."""
        from aiconnected.db.schema import Schema

        return Schema(self.database)

    @cached_property
    def growth(self) -> "Growth":
        """How near its tables are to what they were built for."""
        from aiconnected.db.growth import Growth

        return Growth(self.database)

    @cached_property
    def redis(self) -> "Redis":
        """A client that connects when first used."""
        from aiconnected.live.connection import connect

        return connect(self._core.redis_url.get_secret_value())

    @cached_property
    def objects(self) -> "ObjectStore":
        """Recordings."""
        from aiconnected.providers.s3 import S3ObjectStore

        return S3ObjectStore()

    @cached_property
    def outside(self) -> "OutsideClient":
        """The one way to addresses that tenants give."""
        from aiconnected.outside.client import OutsideClient
        from aiconnected.outside.urls import PUBLIC, Rules

        return OutsideClient(rules=Rules.local() if self._core.allow_local_urls else PUBLIC)

    @cached_property
    def keys(self) -> "KeySet":
        """The keys of access tokens and media tickets, read once for the container's life."""
        from aiconnected.auth.tokens import KeySet
        from aiconnected.providers.secrets import read_secret

        return KeySet.model_validate_json(read_secret(self._core.jwt_keys_secret_id))

    @cached_property
    def sealer(self) -> "Sealer":
        """Content that may be kept but not read."""
        from aiconnected.providers.kms import KmsKeys
        from aiconnected.sealing.service import Sealer

        return Sealer(KmsKeys(self._core.kms_key_id), self.clock)

    @cached_property
    def audit(self) -> "AuditService":
        """Who did what."""
        from aiconnected.audit.repository import AuditRepository
        from aiconnected.audit.service import AuditService

        return AuditService(AuditRepository(), self.clock)

    @cached_property
    def tenants(self) -> "TenantService":
        """Clients."""
        from aiconnected.tenants.repository import TenantRepository
        from aiconnected.tenants.service import TenantService

        return TenantService(TenantRepository(), self.audit, clock=self.clock)

    @cached_property
    def scopes(self) -> "TenantScopes":
        """From a tenant to the scope of work for it."""
        from aiconnected.tenants.repository import TenantRepository
        from aiconnected.tenants.scopes import TenantScopes

        return TenantScopes(TenantRepository(), database=self.database)

    @cached_property
    def usage(self) -> "UsageService":
        """What is consumed and what it costs."""
        from aiconnected.usage.repository import UsageRepository
        from aiconnected.usage.service import UsageService

        return UsageService(UsageRepository())

    @cached_property
    def outbox(self) -> "Outbox":
        """Messages that leave with the change that caused them."""
        from aiconnected.outbox.repository import OutboxRepository
        from aiconnected.outbox.service import Outbox

        return Outbox(OutboxRepository(), clock=self.clock)

    @cached_property
    def relay(self) -> "OutboxRelay":
        """Their way to the queues."""
        from aiconnected.outbox.repository import OutboxRepository
        from aiconnected.outbox.service import OutboxRelay

        return OutboxRelay(
            OutboxRepository(),
            database=self.database,
            publisher=self.publisher,
            clock=self.clock,
        )

    @cached_property
    def publisher(self) -> "Publisher":
        """The queues by what they carry."""
        from aiconnected.providers.sqs import SqsPublisher

        settings = self._core
        return SqsPublisher(
            {
                DocumentAdded.TYPE: settings.document_added_queue_url,
                CallEnded.TYPE: settings.call_ended_queue_url,
                DeliveryDue.TYPE: settings.webhooks_queue_url,
                EventHappened.TYPE: settings.webhooks_queue_url,
                EventReceived.TYPE: settings.event_received_queue_url,
                MailRequested.TYPE: settings.mail_requested_queue_url,
                RecordingWritten.TYPE: settings.call_ended_queue_url,
            }
        )
