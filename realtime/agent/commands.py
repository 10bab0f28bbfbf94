"""Orders to a live conversation from the control plane, each answered once."""

from collections.abc import Awaitable, Callable
from functools import lru_cache

import numpy as np

from aiconnected.calls.models import CallConfig
from aiconnected.contracts.commands import Ack, Command, CommandName, TransferKind
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ErrorCode, RuleBroken
from realtime.agent.ports import Outcome, OutcomeKind
from realtime.audio import encode
from realtime.ports import CallLeg, Capability, Encoding, LegGone


class Commands:
    """`conclude` ends the conversation after a last line; `hold` says that it is held or not."""

    def __init__(
        self,
        config: CallConfig,
        clock: Clock,
        *,
        leg: Callable[[], CallLeg | None],
        conclude: Callable[[Outcome], None],
        hold: Callable[[bool], Awaitable[None]],
    ) -> None:
        self._config, self._clock = config, clock
        self._leg, self._conclude, self._hold = leg, conclude, hold

    async def handle(self, command: Command) -> Ack:
        """Carry an order out, or say why not."""
        if self._clock.now() > command.deadline:
            return Ack(id=command.id, ok=False, code=ErrorCode.SRV_TIMEOUT.value)
        try:
            await self._carry_out(command)
        except AppError as exc:
            return Ack(id=command.id, ok=False, code=exc.error_code.value)
        return Ack(id=command.id, ok=True)

    async def _carry_out(self, command: Command) -> None:
        leg = self._leg()
        if leg is None:
            raise LegGone
        match command.name:
            case CommandName.HANG_UP:
                self._conclude(Outcome(kind=OutcomeKind.HANG_UP, reason="command"))
            case CommandName.TRANSFER:
                self._transfer(command)
            case CommandName.HOLD:
                if Capability.HOLD not in leg.capabilities:
                    raise RuleBroken("this leg cannot hold")
                await self._hold(True)
                await leg.hold(_hold_music(leg.encoding, leg.rate))
            case CommandName.RESUME:
                await leg.resume()
                await self._hold(False)

    def _transfer(self, command: Command) -> None:
        if command.args.get("kind", TransferKind.BLIND) != TransferKind.BLIND:
            raise RuleBroken("this call can be handed on blindly only")
        target = command.args.get("target") or self._config.transfer_number
        if target is None:
            raise RuleBroken("there is nobody to transfer to")
        self._conclude(Outcome(kind=OutcomeKind.TRANSFER, reason="command", target=target))


@lru_cache(maxsize=4)
def _hold_music(encoding: Encoding, rate: int) -> bytes:
    """Four seconds of two soft, fading notes: a caller on hold knows that the line is alive."""
    at = np.arange(rate) / rate
    fade = np.exp(-3.0 * at)
    notes = [np.sin(2 * np.pi * hertz * at) * fade * 2500 for hertz in (523.25, 659.25)]
    rest = np.zeros(2 * rate)
    return encode(np.concatenate([*notes, rest]).astype(np.int16), encoding)
