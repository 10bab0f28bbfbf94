"""The services of the control plane alone: numbers and calls at the carrier, figures, removals."""

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from aiconnected.kit.clock import Clock
from aiconnected.wiring.services import CoreServices
from aiconnected.wiring.settings import CoreSettings

if TYPE_CHECKING:
    from aiconnected.analytics.counting import DayCounter
    from aiconnected.analytics.service import AnalyticsService
    from aiconnected.appointments.offering import SlotService
    from aiconnected.callbacks.executing import CallbackJob
    from aiconnected.callbacks.service import CallbackService
    from aiconnected.calls.outbound import OutboundCalls
    from aiconnected.calls.placed import PlacedCalls
    from aiconnected.calls.ports import Dialler
    from aiconnected.calls.removing import CallRemover
    from aiconnected.calls.tickets import TicketSigner
    from aiconnected.imports.job import ImportJob
    from aiconnected.imports.service import ImportService
    from aiconnected.numbers.orders import NumberOrders
    from aiconnected.numbers.ports import NumberMarket
    from aiconnected.numbers.provisioning import NumberProvisioning
    from aiconnected.numbers.service import NumberService
    from aiconnected.opt_outs.service import OptOutService
    from aiconnected.providers.twilio import TwilioRest

WEBHOOKS = "/api/v1/webhooks/twilio"


class ControlSettings(CoreSettings, Protocol):
    """What they need of its settings beyond the shared."""

    @property
    def public_api_url(self) -> str: ...
    @property
    def twilio_url(self) -> str: ...
    @property
    def twilio_account_sid(self) -> str: ...
    @property
    def twilio_auth_token(self) -> SecretStr: ...


class ControlServices(CoreServices):
    """One set for a container."""

    def __init__(self, settings: ControlSettings, *, clock: Clock | None = None) -> None:
        super().__init__(settings, clock=clock)
        self._control = settings

    @cached_property
    def market(self) -> "NumberMarket":
        """Who sells numbers."""
        return self._twilio

    @cached_property
    def dialler(self) -> "Dialler":
        """Who places calls."""
        return self._twilio

    @cached_property
    def _twilio(self) -> "TwilioRest":
        from aiconnected.providers.twilio import TwilioRest

        settings = self._control
        return TwilioRest(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token.get_secret_value(),
            base_url=settings.twilio_url,
        )

    @cached_property
    def numbers(self) -> "NumberService":
        """Telephone numbers that are ours."""
        from aiconnected.numbers.repository import NumberRepository
        from aiconnected.numbers.service import NumberService

        return NumberService(NumberRepository(), self.audit)

    @cached_property
    def number_provisioning(self) -> "NumberProvisioning":
        """Numbers bought and given back."""
        from aiconnected.numbers.ports import Webhooks
        from aiconnected.numbers.provisioning import NumberProvisioning

        origin = self._control.public_api_url + WEBHOOKS
        return NumberProvisioning(
            self.numbers,
            orders=self.number_orders,
            tenants=self.tenants,
            market=self.market,
            webhooks=Webhooks(voice_url=f"{origin}/voice", status_url=f"{origin}/status"),
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def number_orders(self) -> "NumberOrders":
        """Numbers that are being bought."""
        from aiconnected.numbers.orders import NumberOrders
        from aiconnected.numbers.repository import NumberRepository

        return NumberOrders(
            NumberRepository(),
            market=self.market,
            audit=self.audit,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def opt_outs(self) -> "OptOutService":
        """Who is never called."""
        from aiconnected.opt_outs.repository import OptOutRepository
        from aiconnected.opt_outs.service import OptOutService

        return OptOutService(OptOutRepository(), self.audit)

    @cached_property
    def callbacks(self) -> "CallbackService":
        """Who is to be called."""
        from aiconnected.callbacks.repository import CallbackRepository
        from aiconnected.callbacks.service import CallbackService

        return CallbackService(CallbackRepository(), self.audit)

    @cached_property
    def slots(self) -> "SlotService":
        """Times on offer."""
        from aiconnected.appointments.offering import SlotService
        from aiconnected.appointments.repository import AppointmentRepository
        from aiconnected.appointments.slots import SlotRepository

        return SlotService(
            SlotRepository(),
            appointments=AppointmentRepository(),
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def callback_job(self) -> "CallbackJob":
        """Calls that were promised."""
        from aiconnected.callbacks.due import DueRepository
        from aiconnected.callbacks.executing import CallbackJob

        return CallbackJob(
            DueRepository(),
            outbound=self.outbound,
            tenants=self.tenants,
            outbox=self.outbox,
            mails=self.mail_requests,
            audit=self.audit,
            database=self.database,
            clock=self.clock,
        )

    @cached_property
    def call_remover(self) -> "CallRemover":
        """Recordings and calls that are deleted."""
        from aiconnected.calls.reads import CallReadRepository
        from aiconnected.calls.removals import RemovalRepository
        from aiconnected.calls.removing import CallRemover

        return CallRemover(
            RemovalRepository(),
            calls=CallReadRepository(),
            recordings=self.recording_library,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def placed_calls(self) -> "PlacedCalls":
        """Calls that the carrier is asked to place, as it comes back about them."""
        from aiconnected.calls.placed import PlacedCalls
        from aiconnected.calls.placing import PlacingRepository

        return PlacedCalls(
            PlacingRepository(), database=self.database, tickets=self._tickets, clock=self.clock
        )

    @cached_property
    def outbound(self) -> "OutboundCalls":
        """Calls that are placed."""
        from aiconnected.calls.history import HistoryRepository
        from aiconnected.calls.outbound import CarrierUrls, Nouns, OutboundCalls, Records
        from aiconnected.calls.placing import PlacingRepository
        from aiconnected.calls.reads import CallReadRepository
        from aiconnected.calls.repository import CallRepository

        origin = self._control.public_api_url + WEBHOOKS
        return OutboundCalls(
            Records(
                calls=CallRepository(),
                placing=PlacingRepository(),
                reads=CallReadRepository(),
                history=HistoryRepository(),
                closing=self.closing,
            ),
            Nouns(
                agencies=self.agencies,
                tenants=self.tenants,
                agents=self.agents,
                numbers=self.numbers,
                opt_outs=self.opt_outs,
                minutes=self.minutes,
                audit=self.audit,
            ),
            placed=self.placed_calls,
            database=self.database,
            dialler=self.dialler,
            urls=CarrierUrls(connect=f"{origin}/outbound", status=f"{origin}/status"),
            admission=self.admission,
            tickets=self._tickets,
            clock=self.clock,
        )

    @cached_property
    def _tickets(self) -> "TicketSigner":
        from aiconnected.calls.tickets import TicketSigner

        keys = {name: key.encode() for name, key in self.keys.keys.items()}
        return TicketSigner(keys, current=self.keys.current)

    @cached_property
    def analytics(self) -> "AnalyticsService":
        """Figures."""
        from aiconnected.analytics.repository import AnalyticsRepository
        from aiconnected.analytics.service import AnalyticsService

        return AnalyticsService(AnalyticsRepository(), clock=self.clock)

    @cached_property
    def day_counter(self) -> "DayCounter":
        """Figures of days that are over."""
        from aiconnected.analytics.counting import DayCounter
        from aiconnected.analytics.repository import AnalyticsRepository

        return DayCounter(
            AnalyticsRepository(), outbox=self.outbox, database=self.database, clock=self.clock
        )

    @cached_property
    def imports(self) -> "ImportService":
        """Exports that are brought to an agency."""
        from aiconnected.imports.repository import ImportRepository
        from aiconnected.imports.service import ImportService

        return ImportService(
            ImportRepository(),
            agencies=self.agencies,
            objects=self.objects,
            audit=self.audit,
            bucket=self._core.recordings_bucket,
        )

    @cached_property
    def import_job(self) -> "ImportJob":
        """Clients made of what was brought."""
        from aiconnected.exports.importing import TenantImport
        from aiconnected.exports.repository import ExportRepository
        from aiconnected.imports.job import ImportJob
        from aiconnected.imports.repository import ImportRepository

        reader = TenantImport(
            ExportRepository(),
            database=self.database,
            objects=self.objects,
            sealer=self.sealer,
            bucket=self._core.recordings_bucket,
        )
        return ImportJob(
            ImportRepository(),
            reader=reader,
            tenants=self.tenants,
            audit=self.audit,
            database=self.database,
            objects=self.objects,
            clock=self.clock,
        )
