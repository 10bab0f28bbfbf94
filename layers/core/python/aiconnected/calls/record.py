"""The record of calls: brings spooled facts to Postgres, each of them once, and loses none."""

import logging
from collections.abc import Sequence

import psycopg
from pydantic import JsonValue, ValidationError

from aiconnected.calls.control import EventRow, Fault
from aiconnected.calls.history import HistoryRepository
from aiconnected.calls.projection import Projection, ReadFact
from aiconnected.calls.repository import CallPlace
from aiconnected.contracts.envelope import Body, Envelope, UnknownMessageError
from aiconnected.contracts.facts import FACTS
from aiconnected.contracts.spool import SpoolLine
from aiconnected.db import Database, Scope, Work

logger = logging.getLogger(__name__)

_REFUSED = (psycopg.DataError, psycopg.IntegrityError)


class FactStore:
    """One transaction for each call's lines; the same lines again change nothing."""

    def __init__(
        self, history: HistoryRepository, *, projection: Projection, database: Database
    ) -> None:
        self._history = history
        self._projection = projection
        self._database = database

    def store(self, lines: Sequence[SpoolLine]) -> None:
        """Keep `lines`, of one call or of several, in any order.

        A fact that cannot be read or projected is kept as an event with its fault. Facts of a call
        that is not there (deleted, or never its tenant's) are logged and left out. Raises
        `DatabaseUnavailable`: then come again with the same lines.
        """
        for place, facts in _by_call(lines).items():
            try:
                self._store(place, facts)
            except _REFUSED as exc:
                logger.warning(
                    "facts stored one by one",
                    extra={"call_id": str(place.call_id), "error": type(exc).__name__},
                )
                self._store_one_by_one(place, facts)

    def _store(self, place: CallPlace, facts: Sequence[ReadFact]) -> None:
        with self._database.work(_scope(place)) as work:
            locked = self._history.lock(work, place)
            if locked is None:
                _leave_out(place, facts)
                return
            known = self._history.append(work, place, events=[fact.event for fact in facts])
            fresh = [fact for fact in facts if fact.event.seq in known]
            for fact in fresh:
                self._projection.apply(work, place, fact=fact)
            self._projection.fold(work, place, locked=locked, facts=fresh)

    def _store_one_by_one(self, place: CallPlace, facts: Sequence[ReadFact]) -> None:
        """As above, but what the database refuses costs one fact its effect and no other."""
        with self._database.work(_scope(place)) as work:
            locked = self._history.lock(work, place)
            if locked is None:
                _leave_out(place, facts)
                return
            fresh = [fact for fact in facts if self._store_one(work, place, fact=fact)]
            self._projection.fold(work, place, locked=locked, facts=fresh)

    def _store_one(self, work: Work, place: CallPlace, *, fact: ReadFact) -> bool:
        if not self._history.append(work, place, events=[fact.event]):
            return False
        try:
            with work.savepoint():
                self._projection.apply(work, place, fact=fact)
        except _REFUSED as exc:
            logger.error(  # noqa: TRY400 -- the data may be personal; its kind is enough
                "fact refused by the database",
                extra={
                    "call_id": str(place.call_id),
                    "type": fact.event.type,
                    "error": type(exc).__name__,
                },
            )
            self._history.set_fault(
                work, place, seq=fact.event.seq, at=fact.event.at, fault=Fault.REFUSED
            )
        return True


def _by_call(lines: Sequence[SpoolLine]) -> dict[CallPlace, list[ReadFact]]:
    calls: dict[CallPlace, list[ReadFact]] = {}
    for line in sorted(lines, key=lambda each: each.seq):
        known = line.envelope
        if known.call_id is None or known.tenant_id is None or known.agency_id is None:
            logger.error("fact without a call", extra={"type": known.type, "seq": line.seq})
            continue
        place = CallPlace(
            call_id=known.call_id, agency_id=known.agency_id, tenant_id=known.tenant_id
        )
        calls.setdefault(place, []).append(_read(line))
    return calls


def _read(line: SpoolLine) -> ReadFact:
    """The fact of a line, without the NUL characters that no text of Postgres can hold."""
    raw = line.envelope
    envelope = raw.model_copy(update={"body": _clean(raw.body)})
    body: Body | None = None
    fault = Fault.NONE
    try:
        body = envelope.read(*FACTS)
    except UnknownMessageError:
        fault = Fault.UNKNOWN
    except ValidationError:
        fault = Fault.UNREADABLE
    return ReadFact(envelope=envelope, event=_event(line, envelope, fault), body=body)


def _event(line: SpoolLine, envelope: Envelope, fault: Fault) -> EventRow:
    return EventRow(
        seq=line.seq,
        at=envelope.at,
        id=envelope.id,
        type=envelope.type,
        version=envelope.v,
        owner=line.owner,
        body=envelope.body,
        fault=fault,
    )


def _clean(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return value.replace("\0", "")
        case list():
            return [_clean(each) for each in value]
        case dict():
            return {name.replace("\0", ""): _clean(each) for name, each in value.items()}
        case _:
            return value


def _scope(place: CallPlace) -> Scope:
    return Scope(agency_id=place.agency_id, tenant_id=place.tenant_id)


def _leave_out(place: CallPlace, facts: Sequence[ReadFact]) -> None:
    logger.error(
        "facts of a call that is not there",
        extra={"call_id": str(place.call_id), "facts": len(facts)},
    )
