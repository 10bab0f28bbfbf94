"""Turns and calls with where the time went: the waterfall of facts/turn.md as the API shows it."""

from collections.abc import Sequence
from statistics import median

from aiconnected.auth.models import Principal
from aiconnected.calls.views import CallDetail, Turn
from aiconnected.contracts.facts import Role
from chalicelib.schemas.bills import bill_shown
from chalicelib.schemas.calls import (
    CallDetailShown,
    CallShown,
    LatencyShown,
    LegShown,
    TransferShown,
    TurnShown,
)


def turn_shown(turn: Turn) -> TurnShown:
    """A turn with its stages."""
    waterfall = turn.waterfall
    return TurnShown(
        turn=turn.turn,
        role=turn.role,
        speech=turn.speech,
        text=turn.text,
        heard_text=turn.heard_text,
        interrupted=turn.interrupted,
        started_at=turn.started_at,
        ended_at=turn.ended_at,
        audio_ms=turn.audio_ms,
        confidence=turn.confidence,
        stages=waterfall.stages if waterfall else {},
        hidden=waterfall.hidden if waterfall else {},
        marks=dict(turn.marks),
        origin=turn.origin,
    )


def latency(turns: Sequence[Turn]) -> LatencyShown | None:
    """How long the caller waited for what answered; None when nothing did."""
    waits = [turn.waterfall.total for turn in turns if turn.role is Role.AGENT and turn.waterfall]
    if not waits:
        return None
    return LatencyShown(
        answers=len(waits), median_ms=round(median(waits), 3), worst_ms=round(max(waits), 3)
    )


def detailed(detail: CallDetail, turns: Sequence[Turn], *, to: Principal) -> CallDetailShown:
    """A call with everything small about it."""
    call = CallShown.model_validate(detail.call)
    return CallDetailShown(
        **{name: getattr(call, name) for name in CallShown.model_fields},
        legs=[LegShown.model_validate(leg) for leg in detail.legs],
        transfers=[TransferShown.model_validate(item) for item in detail.transfers],
        bill=bill_shown(detail.bill, to),
        latency=latency(turns),
    )
