"""The dialogue as it happens: the call's record, read again and again while the call goes on."""

import asyncio
from contextlib import suppress

from rich.console import Console
from rich.markup import escape

from infra.local.cli.errors import RecordUnavailable
from infra.local.cli.records import ControlPlane, TurnRecord

_POLL = 0.4  # seconds
_SPEAKERS = {"caller": "[cyan]caller[/]", "agent": "[green] agent[/]"}


class Dialogue:
    """Prints each turn once, as soon as the record has it."""

    def __init__(self, plane: ControlPlane, console: Console) -> None:
        self._plane, self._console = plane, console
        self._printed: set[int] = set()

    async def follow(self, call_sid: str) -> None:
        """Print until cancelled. A record that cannot be read now is read at the next look."""
        while True:
            with suppress(RecordUnavailable):  # the call is not known yet, or the API is busy
                await self.catch_up(call_sid)
            await asyncio.sleep(_POLL)

    async def catch_up(self, call_sid: str) -> None:
        """Print what is new; raises RecordUnavailable."""
        call = await self._plane.find(call_sid)
        for turn in () if call is None else await self._plane.turns(call.id):
            if turn.turn not in self._printed:
                self._printed.add(turn.turn)
                self._print(turn)

    def _print(self, turn: TurnRecord) -> None:
        minutes, seconds = divmod(turn.audio_ms // 1000, 60)
        words = escape(turn.said) + (" [dim](interrupted)[/]" if turn.interrupted else "")
        line = f"{minutes}:{seconds:02}  {_SPEAKERS[turn.role]}  {words}"
        self._console.print(line, highlight=False)
