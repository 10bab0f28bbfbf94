"""Service of buying numbers and giving them back: the carrier's contract and our row, together."""

import logging
from dataclasses import replace
from uuid import UUID

from aiconnected.calls.models import Carrier
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError
from aiconnected.numbers.carriers import Release, releasable
from aiconnected.numbers.errors import ClientSuspended, ReleaseUnconfirmed
from aiconnected.numbers.models import NewNumber, PhoneNumber
from aiconnected.numbers.ports import AvailableNumber, NumberMarket, NumberSearch, Webhooks
from aiconnected.numbers.service import NumberService
from aiconnected.tenants.models import TenantStatus
from aiconnected.tenants.service import TenantService

logger = logging.getLogger(__name__)


class NumberDesk:
    """Opens its own units of work: none is held while the carrier sells."""

    def __init__(
        self,
        numbers: NumberService,
        *,
        tenants: TenantService,
        market: NumberMarket,
        webhooks: Webhooks,
        database: Database,
        clock: Clock,
    ) -> None:
        self._numbers = numbers
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

        A number whose row cannot be made is given back at once. Raises `NumberTaken`, `NotForSale`,
        `TenantNotFound`, `AgentOfAnother`, `ClientSuspended`, ProviderError.
        """
        with self._database.work(scope) as work:
            if new.tenant_id is not None:
                tenant = self._tenants.get(work, new.tenant_id)
                if tenant.status is not TenantStatus.ACTIVE:
                    raise ClientSuspended
            self._numbers.check_agent(work, new.tenant_id, agent_id=new.agent_id)
        external_id = self._market.buy(
            new.number, friendly_name=new.friendly_name, webhooks=self._webhooks
        )
        try:
            with self._database.work(scope) as work:
                self._numbers.check_agent(work, new.tenant_id, agent_id=new.agent_id)
                number_id = self._numbers.add(work, replace(new, external_id=external_id))
                return self._numbers.get(work, number_id)
        except BaseException:  # whatever it was, nobody else will give the number back
            self._give_back(external_id)
            raise

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

    def _give_back(self, external_id: str) -> None:
        try:
            self._market.give_back(external_id)
        except AppError as exc:
            logger.exception(
                "bought number is nobody's",
                extra={"external_id": external_id, "code": exc.error_code},
            )
