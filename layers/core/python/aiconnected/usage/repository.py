"""Repository of usage: every SQL statement about rates and usage records."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from aiconnected.contracts.facts import Component
from aiconnected.db import Queries, Work
from aiconnected.kit.money import Money
from aiconnected.usage.models import ComponentCost, Rate, UsageRecord

SQL = Queries.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ComponentRow:
    component: Component
    unit: str
    currency: str
    quantity: Decimal
    cost_micros: int
    price_micros: int
    rated: bool


class UsageRepository:
    """Rates and usage records."""

    def rates(
        self, work: Work, agency_id: UUID, *, component: Component, at: datetime
    ) -> list[Rate]:
        """What the agency's records of the component may take at that moment."""
        return work.rows(
            SQL["rates_in_force"], Rate, agency_id=agency_id, component=component, at=at
        )

    def add_rate(self, work: Work, rate: Rate, *, source: str) -> bool:
        """Add a version to the price book; False when it is there already."""
        return bool(
            work.run(
                SQL["insert_rate"],
                id=rate.id,
                agency_id=rate.agency_id,
                kind=rate.kind,
                component=rate.component,
                provider=rate.provider,
                model=rate.model,
                unit=rate.unit,
                micros=rate.micros,
                per=rate.per,
                currency=rate.currency,
                valid_from=rate.valid_from,
                source=source,
            )
        )

    def keep(self, work: Work, record: UsageRecord) -> bool:
        """Keep a record; False when it is kept already."""
        measured = record.measured
        return bool(
            work.run(
                SQL["insert_usage_record"],
                id=record.id,
                agency_id=record.agency_id,
                tenant_id=record.tenant_id,
                call_id=record.call_id,
                document_id=record.document_id,
                component=measured.component,
                provider=measured.provider,
                model=measured.model,
                unit=measured.unit,
                quantity=measured.quantity,
                ref=measured.ref,
                cost_micros=record.cost.micros if record.cost else 0,
                price_micros=record.price.micros if record.price else 0,
                currency=record.currency,
                cost_rate_id=record.cost.rate_id if record.cost else None,
                price_rate_id=record.price.rate_id if record.price else None,
                measured_at=measured.at,
            )
        )

    def components(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[ComponentCost]:
        """What a call used, by component."""
        rows = work.rows(
            SQL["components_of_call"], _ComponentRow, tenant_id=tenant_id, call_id=call_id
        )
        return [
            ComponentCost(
                component=row.component,
                quantity=row.quantity,
                unit=row.unit,
                cost=Money(micros=row.cost_micros, currency=row.currency),
                price=Money(micros=row.price_micros, currency=row.currency),
                rated=row.rated,
            )
            for row in rows
        ]
