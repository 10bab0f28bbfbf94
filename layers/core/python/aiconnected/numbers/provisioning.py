"""Service of buying numbers and giving them back: the carrier's contract and our row, together."""

import logging
from uuid import UUID

from aiconnected.calls.models import Carrier
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ProviderError
from aiconnected.numbers.carriers import Release, releasable
from aiconnected.numbers.errors import ClientSuspended, ReleaseUnconfirmed
from aiconnected.numbers.models import NewNumber, NumberOrder, PhoneNumber
from aiconnected.numbers.orders import NumberOrders
from aiconnected.numbers.ports import AvailableNumber, NumberMarket, NumberSearch, Webhooks
from aiconnected.numbers.service import NumberService
from aiconnected.tenants.models import TenantStatus
from aiconnected.tenants.service import TenantService

logger = logging.getLogger(__name__)


class NumberProvisioning:
    """Opens its own units of work: none is held while the carrier sells."""

    def __init__(
        self,
        numbers: NumberService,
        *,
        orders: NumberOrders,
        tenants: TenantService,
        market: NumberMarket,
        webhooks: Webhooks,
        database: Database,
        clock: Clock,
    ) -> None:
        self._numbers = numbers
        self._orders = orders
        self._tenants = tenants
        self._market = market
        self._webhooks = webhooks
        self._database = database
        self._clock = clock

    def search(self, wanted: NumberSearch) -> list[AvailableNumber]:
        """Numbers that can be bought; raises ProviderError."""
        return self._market.search(wanted)

    def provision(self, scope: Scope, new: NewNumber) -> PhoneNumber:
        """Buy a number, lead its calls to us, and give it to its client.

        The order is kept first: a number that was sold to a request which died becomes ours, or
        goes back, with `NumberOrders.catch_up`. Raises `NumberTaken` (also while it is being
        ordered), `NotForSale`, `TenantNotFound`, `AgentOfAnother`, `ClientSuspended`,
        ProviderError.
        """
        with self._database.work(scope) as work:
            if new.tenant_id is not None:
                tenant = self._tenants.get(work, new.tenant_id)
                if tenant.status is not TenantStatus.ACTIVE:
                    raise ClientSuspended
            self._numbers.check_agent(work, new.tenant_id, agent_id=new.agent_id)
            order = self._orders.keep(work, new)
        external_id = self._bought(scope, new, order=order)
        with self._database.work(scope) as work:
            self._orders.sold(work, order, external_id=external_id)
            return self._numbers.get(work, order.id)

    def release(self, scope: Scope, number_id: UUID, *, confirmed: str) -> None:
        """Give a number back to its carrier; `confirmed` is the number, once more.

        Raises `NumberNotFound`, `ReleaseUnconfirmed`, `CarrierCannot`; after a ProviderError the
        number is still ours and can be released again.
        """
        with self._database.work(scope) as work:
            number = self._numbers.hold(work, number_id)
            if confirmed != number.number:
                raise ReleaseUnconfirmed(given=bool(confirmed))
            release = releasable(number.carrier)
            self._numbers.release(work, number, now=self._clock.now())
            if release is Release.OPERATOR:
                logger.warning(
                    "number to be released by hand", extra={"phone_number_id": str(number.id)}
                )
            elif number.external_id is not None and number.carrier is Carrier.TWILIO:
                self._market.give_back(number.external_id)

    def _bought(self, scope: Scope, new: NewNumber, *, order: NumberOrder) -> str:
        try:
            return self._market.buy(
                new.number, friendly_name=new.friendly_name, webhooks=self._webhooks
            )
        except AppError as exc:
            if isinstance(exc, ProviderError) and exc.retryable:
                raise  # it may have been sold all the same: the job asks
            with self._database.work(scope) as work:
                self._orders.unsold(work, order)
            raise
