"""Service of usage: prices what was measured, once, and adds it up."""

import logging
from uuid import UUID

from aiconnected.db import Work
from aiconnected.kit.ids import new_id
from aiconnected.usage.models import (
    DEFAULT_CURRENCY,
    CallCost,
    Measured,
    Rate,
    RateKind,
    UsageRecord,
    apply_rate,
)
from aiconnected.usage.repository import UsageRepository

logger = logging.getLogger(__name__)


class UsageService:
    """Works within the caller's unit of work: usage is kept with the fact that measured it."""

    def __init__(self, usage: UsageRepository) -> None:
        self._usage = usage

    def record(
        self,
        work: Work,
        measured: Measured,
        *,
        agency_id: UUID,
        tenant_id: UUID,
        call_id: UUID | None = None,
        document_id: UUID | None = None,
    ) -> bool:
        """Keep a measurement at the rates in force when it was made; False when kept already.

        Without a rate of cost it is kept at nothing and logged: better a bill that says it is
        incomplete than a fact lost.
        """
        rates = self._usage.rates(work, agency_id, component=measured.component, at=measured.at)
        record = UsageRecord(
            id=new_id(),
            agency_id=agency_id,
            tenant_id=tenant_id,
            call_id=call_id,
            document_id=document_id,
            measured=measured,
            cost=apply_rate(rates, measured, kind=RateKind.COST),
            price=apply_rate(rates, measured, kind=RateKind.PRICE),
        )
        if record.cost is None:
            logger.warning(
                "usage without a rate",
                extra={
                    "component": measured.component,
                    "provider": measured.provider,
                    "model": measured.model,
                    "unit": measured.unit,
                },
            )
        return self._usage.keep(work, record)

    def cost_of(self, work: Work, *, tenant_id: UUID, call_id: UUID) -> CallCost:
        """The bill of a call as far as it has been measured: live while the call is."""
        components = self._usage.components(work, tenant_id, call_id=call_id)
        currency = components[0].cost.currency if components else DEFAULT_CURRENCY
        return CallCost.of(components, currency=currency)

    def add_rate(self, work: Work, rate: Rate, *, source: str) -> bool:
        """Add a version to the price book (platform scope); False when it is there already."""
        return self._usage.add_rate(work, rate, source=source)
