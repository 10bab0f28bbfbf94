"""Finalising of a call that has ended: its whole transcript and its bill (the job of CallEnded)."""

import logging
from datetime import timedelta
from decimal import Decimal

from aiconnected.billing.minutes import Client, MinuteQuota
from aiconnected.calls.finals import EndedCall, FinalRepository, Transcript
from aiconnected.calls.reads import CallReadRepository
from aiconnected.calls.repository import CallPlace
from aiconnected.calls.telling import told
from aiconnected.calls.views import Turn
from aiconnected.contracts.catalogue import CallCompleted, TranscriptReady
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import Component, Role
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import Invalid
from aiconnected.outbox.service import Outbox
from aiconnected.usage.models import CallCost, Measured
from aiconnected.usage.service import UsageService

logger = logging.getLogger(__name__)

OVERDUE = timedelta(minutes=5)
BATCH = 50


class CallFinaliser:
    """Opens its own unit of work. Again for the same call, it writes the same."""

    def __init__(
        self,
        finals: FinalRepository,
        *,
        reads: CallReadRepository,
        usage: UsageService,
        minutes: MinuteQuota,
        outbox: Outbox,
        database: Database,
        clock: Clock,
    ) -> None:
        self._finals = finals
        self._reads = reads
        self._usage = usage
        self._minutes = minutes
        self._outbox = outbox
        self._database = database
        self._clock = clock

    def finalise(self, envelope: Envelope) -> CallCost | None:
        """The bill; None for a call that is not there or has not ended.

        Raises `Invalid` for an envelope that does not say which call.
        """
        if envelope.call_id is None or envelope.tenant_id is None or envelope.agency_id is None:
            raise Invalid("The message does not say which call has ended.")
        return self._finalise(
            CallPlace(
                call_id=envelope.call_id,
                agency_id=envelope.agency_id,
                tenant_id=envelope.tenant_id,
            )
        )

    def catch_up(self) -> int:
        """Finalise calls that were forgotten: the scheduled job. How many there were."""
        before = self._clock.now() - OVERDUE
        with self._database.work(Scope.platform("find calls to finalise")) as work:
            overdue = self._finals.overdue(work, before=before, limit=BATCH)
        for place in overdue:
            self._finalise(place)
        return len(overdue)

    def _finalise(self, place: CallPlace) -> CallCost | None:
        scope = Scope(agency_id=place.agency_id, tenant_id=place.tenant_id)
        with self._database.work(scope) as work:
            call = self._finals.lock(work, place.tenant_id, call_id=place.call_id)
            if call is None:
                logger.warning("no call to finalise", extra={"call_id": str(place.call_id)})
                return None
            transcript = self._transcribe(work, call)
            self._meter(work, call)
            bill = self._usage.cost_of(work, tenant_id=call.tenant_id, call_id=call.id)
            self._finals.keep_bill(work, call, bill=bill, now=self._clock.now())
            self._tell(work, place, call, transcript=transcript, bill=bill)
            client = Client(agency_id=call.agency_id, tenant_id=call.tenant_id)
            self._minutes.tell(work, client, at=call.initiated_at)
            return bill

    def _tell(
        self,
        work: Work,
        place: CallPlace,
        call: EndedCall,
        *,
        transcript: Transcript,
        bill: CallCost,
    ) -> None:
        now = self._clock.now()
        ready = TranscriptReady(
            call_id=call.id,
            turn_count=transcript.turn_count,
            word_count=transcript.word_count,
        )
        completed = CallCompleted(
            call_id=call.id,
            direction=call.direction.value,
            from_number=call.from_number,
            to_number=call.to_number,
            agent_id=call.agent_id,
            outcome=call.status.value,
            started_at=call.initiated_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            duration_ms=call.duration_ms,
            turn_count=transcript.turn_count,
            price_micros=bill.price.micros,
            currency=bill.price.currency,
        )
        for event in (ready, completed):
            self._outbox.append(work, told(place, event, at=now))

    def _transcribe(self, work: Work, call: EndedCall) -> Transcript:
        turns = self._reads.turns(work, call.tenant_id, call_id=call.id)
        lines = [line for turn in turns if (line := _line(turn))]
        transcript = Transcript(
            full_text="\n".join(lines),
            turn_count=len(turns),
            word_count=sum(len(line.split()) - 1 for line in lines),
        )
        self._finals.keep_transcript(work, call, transcript=transcript, now=self._clock.now())
        return transcript

    def _meter(self, work: Work, call: EndedCall) -> None:
        """The carrier's time, unless the owner measured it: a killed process measures nothing."""
        bill = self._usage.cost_of(work, tenant_id=call.tenant_id, call_id=call.id)
        measured = any(part.component is Component.TELEPHONY for part in bill.components)
        if measured or call.duration_ms == 0:
            return
        self._usage.record(
            work,
            Measured(
                component=Component.TELEPHONY,
                provider=call.carrier.value,
                model="",
                unit="second",
                quantity=Decimal(call.duration_ms) / 1000,
                at=call.ended_at,
                ref="call",
            ),
            agency_id=call.agency_id,
            tenant_id=call.tenant_id,
            call_id=call.id,
        )


def _line(turn: Turn) -> str:
    """What was said, and of the agent's speech only what can have been heard."""
    words = turn.text if turn.role is Role.CALLER else turn.heard_text
    return f"{turn.role.value}: {' '.join(words.split())}" if words.strip() else ""
