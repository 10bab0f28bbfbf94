"""Status callbacks of one call: sent in order, each snapshotted when it happened."""

import asyncio

from infra.local.vendors.engines.control import Control, FaultKind
from infra.local.vendors.twilio import fields
from infra.local.vendors.twilio.errors import CallError
from infra.local.vendors.twilio.faulting import STATUS, strike
from infra.local.vendors.twilio.model import Call, Target
from infra.local.vendors.twilio.tasks import Tasks
from infra.local.vendors.twilio.webhooks import Webhooks


class StatusCallbacks:
    """Reports the events asked for; a failed report is journalled and given up, as Twilio does."""

    def __init__(
        self,
        *,
        call: Call,
        target: Target | None,
        events: frozenset[str],
        webhooks: Webhooks,
        control: Control,
        tasks: Tasks,
    ) -> None:
        self._call, self._target, self._events = call, target, events
        self._webhooks, self._control = webhooks, control
        self._sequence = 0
        self._outbox: asyncio.Queue[dict[str, str] | None] = asyncio.Queue()
        if target is not None:
            tasks.start(self._send_all(target))

    def report(self, event: str) -> None:
        """`initiated`, `ringing`, `answered` or `completed` (any final state); the last one
        closes.
        """
        if self._target is not None and event in self._events:
            self._outbox.put_nowait(fields.of_progress(self._call, sequence=self._sequence))
            self._sequence += 1
        if event == "completed":
            self._outbox.put_nowait(None)

    async def _send_all(self, target: Target) -> None:
        held: dict[str, str] | None = None
        while (report := await self._outbox.get()) is not None:
            fault = await strike(self._control, "first", route=STATUS, call=self._call)
            if fault is not None and fault.kind is FaultKind.REORDER and held is None:
                held = report
                continue
            await self._send(target, report)
            if held is not None:
                await self._send(target, held)
                held = None
        if held is not None:
            await self._send(target, held)

    async def _send(self, target: Target, report: dict[str, str]) -> None:
        try:
            await self._webhooks.send(target, report, call=self._call, route=STATUS)
        except CallError as exc:
            self._control.record(self._call.sid, "status.failed", code=exc.code)
