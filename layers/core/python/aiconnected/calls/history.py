"""Repository of what happened in a call: events, legs, turns, tools, transfers, recordings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from aiconnected.calls.control import EventRow, Fault
from aiconnected.calls.repository import SQL, CallPlace
from aiconnected.contracts.facts import LegStarted, RecordingWritten, ToolCalled, TurnCommitted
from aiconnected.db import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedCall:
    """A call held for the writer of its facts."""

    ended: bool
    transfer_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """One step that the owner told of."""

    seq: int
    at: datetime
    id: UUID
    body: dict[str, Any]
    fault: str


class HistoryRepository:
    """Append-only, but for the ends of what began."""

    def lock(self, work: Work, place: CallPlace) -> LockedCall | None:
        """Hold the call; None when it is not the tenant's."""
        return work.row(SQL["lock_call"], LockedCall, tenant_id=place.tenant_id, id=place.call_id)

    def append(self, work: Work, place: CallPlace, *, events: Iterable[EventRow]) -> set[int]:
        """Keep events; the places of those that were not known."""
        rows = [event.as_json() for event in events]
        fresh = work.values(
            SQL["insert_events"],
            int,
            call_id=place.call_id,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            events=Jsonb(rows),
        )
        return set(fresh)

    def state_changes(self, work: Work, place: CallPlace) -> list[StateChange]:
        """Every step of the call, in order."""
        return work.rows(
            SQL["state_changes"], StateChange, tenant_id=place.tenant_id, call_id=place.call_id
        )

    def set_fault(
        self, work: Work, place: CallPlace, *, seq: int, at: datetime, fault: Fault
    ) -> None:
        """Note why an event changed nothing else, or that it did."""
        work.run(
            SQL["set_fault"],
            tenant_id=place.tenant_id,
            call_id=place.call_id,
            seq=seq,
            at=at,
            fault=fault,
        )

    def start_leg(
        self, work: Work, place: CallPlace, *, leg: LegStarted, started_at: datetime
    ) -> None:
        """A leg carries audio."""
        work.run(
            SQL["insert_leg"],
            id=leg.leg_id,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            call_id=place.call_id,
            kind=leg.kind,
            external_id=leg.external_id,
            encoding=leg.encoding,
            rate=leg.rate,
            started_at=started_at,
        )

    def end_leg(
        self, work: Work, place: CallPlace, *, leg_id: UUID, reason: str, ended_at: datetime
    ) -> None:
        """A leg is gone."""
        work.run(
            SQL["end_leg"],
            tenant_id=place.tenant_id,
            call_id=place.call_id,
            id=leg_id,
            reason=reason,
            ended_at=ended_at,
        )

    def add_turn(self, work: Work, place: CallPlace, *, turn: TurnCommitted) -> None:
        """Something was said."""
        work.run(
            SQL["insert_turn"],
            call_id=place.call_id,
            turn=turn.turn,
            started_at=turn.started_at,
            ended_at=turn.ended_at,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            role=turn.role,
            speech=turn.speech,
            text=turn.text,
            heard_text=turn.heard_text,
            interrupted=turn.interrupted,
            audio_ms=turn.audio_ms,
            confidence=turn.confidence,
            marks=turn.marks,
            origin=turn.origin,
        )

    def add_tool_call(
        self, work: Work, place: CallPlace, *, event: EventRow, tool: ToolCalled
    ) -> None:
        """The model called a tool."""
        work.run(
            SQL["insert_tool_call"],
            id=event.id,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            call_id=place.call_id,
            seq=event.seq,
            name=tool.name,
            arguments=tool.arguments,
            ok=tool.ok,
            code=tool.code,
            result=tool.result,
            duration_ms=tool.duration_ms,
            called_at=event.at,
        )

    def add_transfer(
        self,
        work: Work,
        place: CallPlace,
        *,
        transfer_id: UUID,
        target: str,
        reason: str,
        requested_at: datetime,
    ) -> None:
        """The caller is to be sent elsewhere."""
        work.run(
            SQL["insert_transfer"],
            id=transfer_id,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            call_id=place.call_id,
            target=target,
            reason=reason,
            requested_at=requested_at,
        )

    def end_transfers(self, work: Work, place: CallPlace, *, outcome: str, now: datetime) -> bool:
        """What became of the transfer that the call waits for; False when it waits for none."""
        return bool(
            work.run(
                SQL["end_transfers"],
                tenant_id=place.tenant_id,
                call_id=place.call_id,
                outcome=outcome,
                now=now,
            )
        )

    def keep_recording(self, work: Work, place: CallPlace, *, recording: RecordingWritten) -> None:
        """Where the call's audio lies."""
        work.run(
            SQL["keep_recording"],
            id=recording.recording_id,
            agency_id=place.agency_id,
            tenant_id=place.tenant_id,
            call_id=place.call_id,
            status="stored" if recording.bucket else "on_host",
            bucket=recording.bucket,
            key=recording.key,
            content_type=recording.content_type,
            channels=recording.channels,
            rate=recording.rate,
            duration_ms=recording.duration_ms,
            size_bytes=recording.size_bytes,
            sha256=recording.sha256,
        )
