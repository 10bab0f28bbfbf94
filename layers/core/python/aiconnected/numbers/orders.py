"""Orders of numbers: kept before the carrier is asked, so that none is paid for and forgotten."""

import logging
from datetime import timedelta

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.db import Database, Scope, UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError
from aiconnected.kit.ids import new_id
from aiconnected.numbers.errors import NumberTaken
from aiconnected.numbers.models import NewNumber, NumberOrder
from aiconnected.numbers.ports import NumberMarket
from aiconnected.numbers.repository import NumberRepository

logger = logging.getLogger(__name__)

OVERDUE = timedelta(minutes=10)  # longer than any request lives
BATCH = 50


class NumberOrders:
    """What was ordered is sold or not sold; what nobody came back to is settled by a job."""

    def __init__(
        self,
        numbers: NumberRepository,
        *,
        market: NumberMarket,
        audit: AuditService,
        database: Database,
        clock: Clock,
    ) -> None:
        self._numbers, self._market, self._audit = numbers, market, audit
        self._database, self._clock = database, clock

    def keep(self, work: Work, new: NewNumber) -> NumberOrder:
        """Note that a number is about to be bought; raises `NumberTaken`."""
        order = NumberOrder(
            id=new_id(),
            agency_id=new.agency_id,
            tenant_id=new.tenant_id,
            number=new.number,
            wanted=True,
        )
        try:
            with work.savepoint():
                self._numbers.order(work, order.id, new=new)
        except UniqueViolation as exc:
            raise NumberTaken from exc
        self._record(work, "phone_number.ordered", order)
        return order

    def sold(self, work: Work, order: NumberOrder, *, external_id: str) -> bool:
        """It is ours from now on; False when the order was settled already."""
        done = self._numbers.complete(work, order.id, external_id=external_id)
        if done:
            self._record(work, "phone_number.added", order)
        return done

    def unsold(self, work: Work, order: NumberOrder) -> None:
        """It is not ours."""
        if self._numbers.drop(work, order.id, now=self._clock.now()):
            self._record(work, "phone_number.order_failed", order)

    def catch_up(self) -> int:
        """Settle what nobody came back to: the scheduled job. How many orders there were."""
        before = self._clock.now() - OVERDUE
        with self._database.work(Scope.platform("find forgotten orders of numbers")) as work:
            orders = self._numbers.forgotten(work, before=before, limit=BATCH)
        return sum(self._settle(order) for order in orders)

    def _settle(self, order: NumberOrder) -> bool:
        """The carrier says whether it was sold; for who does not want it any more it goes back."""
        try:
            external_id = self._market.find(order.number)
            if external_id is not None and not order.wanted:
                self._market.give_back(external_id)
        except AppError as exc:  # the next run asks again
            logger.warning(
                "order not settled", extra={"order_id": str(order.id), "code": exc.error_code}
            )
            return False
        with self._database.work(Scope.platform("settle order of number")) as work:
            if external_id is None or not order.wanted:
                self.unsold(work, order)
            else:
                self.sold(work, order, external_id=external_id)
        return True

    def _record(self, work: Work, action: str, order: NumberOrder) -> None:
        change = Change(action=action, resource_type="phone_number", resource_id=order.id)
        self._audit.record(work, change, agency_id=order.agency_id, tenant_id=order.tenant_id)
