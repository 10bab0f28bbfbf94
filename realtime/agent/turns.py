"""The turns of a conversation as facts, numbered in the order in which they were heard."""

from collections.abc import Callable
from datetime import datetime, timedelta

from aiconnected.contracts.facts import Role, Speech, TurnCommitted
from aiconnected.kit.clock import Clock
from realtime.agent.ports import FactSink
from realtime.agent.timeline import CallerTurn, Reply


class TurnLog:
    """Writes turns down. `leg_ms` tells the leg's time line at a monotonic instant."""

    def __init__(self, facts: FactSink, clock: Clock, *, leg_ms: Callable[[float], int]) -> None:
        self._facts, self._clock, self._leg_ms = facts, clock, leg_ms
        self._next = 0
        self.last_text = ""  # of the agent's: what the caller may be answering

    def caller(self, turn: CallerTurn) -> None:
        """The caller has said a turn."""
        self._append(
            role=Role.CALLER,
            speech=Speech.ANSWER,
            text=turn.text,
            heard_text=turn.text,
            interrupted=False,
            began=turn.began,
            ended=turn.origin,
            audio_ms=turn.began_ms,
            confidence=turn.confidence,
            marks=turn.marks(),
            origin=turn.origin,
        )

    def agent(self, reply: Reply, *, heard: str, interrupted: bool) -> None:
        """The agent has said a turn, as far as it was heard."""
        now = self._clock.monotonic()
        began = reply.sent or now
        self.last_text = heard
        self._append(
            role=Role.AGENT,
            speech=reply.speech,
            text=reply.text.strip() or heard,
            heard_text=heard,
            interrupted=interrupted,
            began=began,
            ended=now,
            audio_ms=self._leg_ms(began),
            confidence=None,
            marks=reply.marks(),
            origin=reply.turn.origin if reply.turn else None,
        )

    def _append(self, *, began: float, ended: float, **fields: object) -> None:
        number, self._next = self._next, self._next + 1
        self._facts.append(
            TurnCommitted.model_validate(
                {
                    "turn": number,
                    "started_at": self._wall(began),
                    "ended_at": self._wall(max(began, ended)),
                    **fields,
                }
            )
        )

    def _wall(self, monotonic: float) -> datetime:
        ago = self._clock.monotonic() - monotonic
        return self._clock.now() - timedelta(seconds=ago)
