"""The product's services that the seed works through, put together."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from aiconnected.agencies.repository import AgencyRepository
from aiconnected.agencies.service import AgencyService
from aiconnected.agents.repository import AgentRepository
from aiconnected.agents.service import AgentService
from aiconnected.appointments.repository import AppointmentRepository
from aiconnected.appointments.service import AppointmentService
from aiconnected.appointments.slots import SlotRepository
from aiconnected.audit.repository import AuditRepository
from aiconnected.audit.service import AuditService
from aiconnected.auth.passwords import Passwords
from aiconnected.db import Database, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import MAX_LIMIT
from aiconnected.knowledge.catalogue import CatalogueRepository
from aiconnected.knowledge.documents import DocumentService
from aiconnected.knowledge.models import DOCUMENTS
from aiconnected.knowledge.repository import KnowledgeRepository
from aiconnected.numbers.repository import NumberRepository
from aiconnected.numbers.service import NumberService
from aiconnected.outbox.repository import OutboxRepository
from aiconnected.outbox.service import Outbox
from aiconnected.tenants.repository import TenantRepository
from aiconnected.tenants.scopes import TenantScopes
from aiconnected.tenants.service import TenantService
from aiconnected.usage.repository import UsageRepository
from aiconnected.usage.service import UsageService
from aiconnected.users.repository import UserRepository
from aiconnected.users.service import UserService


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One of each."""

    agencies: AgencyService
    tenants: TenantService
    users: UserService
    passwords: Passwords
    agents: AgentService
    numbers: NumberService
    appointments: AppointmentService
    documents: DocumentService
    usage: UsageService

    @classmethod
    def build(cls, database: Database, clock: Clock) -> Self:
        """Services over their real repositories."""
        audit = AuditService(AuditRepository(), clock)
        tenants = TenantService(TenantRepository(), audit)
        return cls(
            agencies=AgencyService(AgencyRepository(), audit, clock),
            tenants=tenants,
            users=UserService(UserRepository(), audit),
            passwords=Passwords(),
            agents=AgentService(AgentRepository(), tenants=tenants, audit=audit, clock=clock),
            numbers=NumberService(NumberRepository(), audit),
            appointments=AppointmentService(
                AppointmentRepository(),
                slots=SlotRepository(),
                database=database,
                scopes=TenantScopes(TenantRepository(), database=database),
                audit=audit,
                clock=clock,
            ),
            documents=DocumentService(
                KnowledgeRepository(),
                catalogue=CatalogueRepository(),
                outbox=Outbox(OutboxRepository(), clock=clock),
                clock=clock,
            ),
            usage=UsageService(UsageRepository()),
        )

    def titles(self, work: Work, tenant_id: UUID) -> frozenset[str]:
        """Titles of the tenant's documents; the seed's are far fewer than a page."""
        wanted = ListQuery(order=DOCUMENTS.default, limit=MAX_LIMIT)
        page = self.documents.page(work, tenant_id, wanted=wanted)
        return frozenset(document.title for document in page.items)
