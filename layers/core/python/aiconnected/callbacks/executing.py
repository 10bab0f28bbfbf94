"""The job of callbacks (V16): each is called once by its agent, or handed to a person."""

from datetime import timedelta
from uuid import UUID

from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.callbacks.due import DueRepository
from aiconnected.callbacks.models import Callback, CallbackStatus
from aiconnected.calls.errors import LinesBusy, OutsideCallingHours
from aiconnected.calls.outbound import Order, OutboundCalls
from aiconnected.contracts.catalogue import CallbackDue
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ProviderError, ProviderTimeout
from aiconnected.mail.letters import callback_due
from aiconnected.mail.service import MailRequests
from aiconnected.outbox.service import Outbox
from aiconnected.tenants.service import TenantService
from aiconnected.webhooks.happening import happened

BATCH = 5  # of one run; each waits for the carrier
MOST_ATTEMPTS = 3
AGAIN_AFTER = timedelta(minutes=15)
LOST_AFTER = timedelta(minutes=15)  # longer than any run
CALLED, HANDED_OVER, INTERRUPTED = "called", "handed_over", "interrupted"


class CallbackJob:
    """Opens its own units of work: none is held while the carrier is asked."""

    def __init__(
        self,
        callbacks: DueRepository,
        *,
        outbound: OutboundCalls,
        tenants: TenantService,
        outbox: Outbox,
        mails: MailRequests,
        audit: AuditService,
        database: Database,
        clock: Clock,
    ) -> None:
        self._callbacks, self._outbound, self._tenants = callbacks, outbound, tenants
        self._outbox, self._mails, self._audit = outbox, mails, audit
        self._database, self._clock = database, clock

    def run(self) -> int:
        """Execute what is due: the scheduled job. How many callbacks there were."""
        for done in range(BATCH):
            with self._database.work(Scope.platform("take callback that is due")) as work:
                callback = self._callbacks.take(work, now=self._clock.now())
            if callback is None:
                return done
            self._execute(callback)
        return BATCH

    def catch_up(self) -> int:
        """Hand over those whose run died: whether they were called, nobody knows."""
        before = self._clock.now() - LOST_AFTER
        with self._database.work(Scope.platform("find lost callbacks")) as work:
            lost = self._callbacks.lost(work, before=before, limit=BATCH)
        for callback in lost:
            self._hand_over(callback, why=INTERRUPTED)
        return len(lost)

    def _execute(self, callback: Callback) -> None:
        if callback.agent_id is None:
            self._hand_over(callback)
            return
        order = Order(
            tenant_id=callback.tenant_id, agent_id=callback.agent_id, to=callback.phone_number
        )
        try:
            call = self._outbound.place(_scope(callback), order)
        except (OutsideCallingHours, LinesBusy):
            self._postpone(callback, counted=False)
        except AppError as exc:
            if _worth_another(exc) and callback.attempts < MOST_ATTEMPTS:
                self._postpone(callback, counted=True)
            else:
                self._hand_over(callback, why=exc.error_code.value.lower())
        else:
            with self._database.work(_scope(callback)) as work:
                self._settle(work, callback, CallbackStatus.DONE, outcome=CALLED, call_id=call.id)

    def _postpone(self, callback: Callback, *, counted: bool) -> None:
        with self._database.work(_scope(callback)) as work:
            self._callbacks.postpone(
                work, callback, until=self._clock.now() + AGAIN_AFTER, counted=counted
            )

    def _hand_over(self, callback: Callback, *, why: str = "") -> None:
        """A person is told; `why` it is not the agent's any more, or empty."""
        status = CallbackStatus.FAILED if why else CallbackStatus.DONE
        with self._database.work(_scope(callback)) as work:
            if self._settle(work, callback, status, outcome=why or HANDED_OVER):
                self._tell(work, callback, why=why)

    def _settle(
        self,
        work: Work,
        callback: Callback,
        status: CallbackStatus,
        *,
        outcome: str,
        call_id: UUID | None = None,
    ) -> bool:
        now = self._clock.now()
        if not self._callbacks.settle(work, callback, status=status, outcome=outcome, now=now):
            return False
        change = Change(
            action="callback.executed",
            resource_type="callback",
            resource_id=callback.id,
            changes={"status": (CallbackStatus.PENDING, status), "outcome": (None, outcome)}
            | ({} if call_id is None else {"call_id": (None, str(call_id))}),
        )
        self._audit.record(work, change, agency_id=callback.agency_id, tenant_id=callback.tenant_id)
        return True

    def _tell(self, work: Work, callback: Callback, *, why: str) -> None:
        event = CallbackDue(
            callback_id=callback.id,
            phone_number=callback.phone_number,
            customer_name=callback.customer_name,
            reason=callback.reason,
            scheduled_for=callback.scheduled_for,
            why=why,
        )
        message = happened(
            event,
            of=callback.id,
            at=self._clock.now(),
            agency_id=callback.agency_id,
            tenant_id=callback.tenant_id,
        )
        self._outbox.append(work, message)
        to = self._tenants.get(work, callback.tenant_id).contact_email
        if to is not None:
            letter = callback_due(
                callback.phone_number, name=callback.customer_name, reason=callback.reason
            )
            self._mails.notice(
                work, letter, to=to, agency_id=callback.agency_id, tenant_id=callback.tenant_id
            )


def _scope(callback: Callback) -> Scope:
    return Scope(agency_id=callback.agency_id, tenant_id=callback.tenant_id)


def _worth_another(error: AppError) -> bool:
    """Whether nobody can have been called; after a timeout the carrier may have."""
    return (
        isinstance(error, ProviderError)
        and error.retryable
        and not isinstance(error, ProviderTimeout)
    )
