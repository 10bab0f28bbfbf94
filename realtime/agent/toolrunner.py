"""Runs a tool: checked arguments, a deadline, a filler when it is slow, a fact when it is done."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from pydantic import JsonValue, ValidationError

from aiconnected.contracts.facts import ToolCalled
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import AppError, ErrorCode
from realtime.agent.ports import FactSink
from realtime.agent.tools import Answer, ToolSpec, as_text


@dataclass(frozen=True, slots=True)
class ToolText:
    """What the model is given."""

    text: str
    ok: bool


class _Closed(Exception):
    """The conversation is over."""


class ToolRunner:
    """`slow` is called when a tool has worked for `filler_after` seconds."""

    def __init__(
        self,
        facts: FactSink,
        clock: Clock,
        *,
        timeout: float,
        filler_after: float,
        slow: Callable[[], None],
    ) -> None:
        self._facts, self._clock, self._slow = facts, clock, slow
        self._timeout, self._filler_after = timeout, filler_after
        self._running: set[asyncio.Future[Answer]] = set()
        self._closed = False

    def close(self) -> None:
        """Give up what is running: nobody waits for it any more."""
        self._closed = True
        for work in self._running:
            work.cancel()

    async def run(self, spec: ToolSpec, given: dict[str, object]) -> ToolText:
        """Never raises, but when cancelled: the model is told what went wrong."""
        began = self._clock.monotonic()
        filler = asyncio.get_running_loop().call_later(self._filler_after, self._slow)
        code = ""
        answer: Answer = {}
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._until_closed(spec, given)
        except _Closed:
            return ToolText("", ok=False)
        except ValidationError as exc:
            code, answer = _refused(exc)
        except TimeoutError:
            code = ErrorCode.SRV_TIMEOUT.value
            answer = {"error": code, "message": "This takes too long at the moment."}
        except AppError as exc:
            code = exc.error_code.value
            answer = {"error": code, "message": exc.message}
        finally:
            filler.cancel()
        self._record(spec, given, answer=answer, code=code, began=began)
        return ToolText(as_text(answer), not code)

    async def _until_closed(self, spec: ToolSpec, given: dict[str, object]) -> Answer:
        """The tool's answer; raises `_Closed` when it has been given up."""
        work = asyncio.ensure_future(spec.work(spec.arguments.model_validate(given)))
        self._running.add(work)
        try:
            return await work
        except asyncio.CancelledError as exc:
            task = asyncio.current_task()
            if not self._closed or (task is not None and task.cancelling()):
                raise
            raise _Closed from exc
        finally:
            self._running.discard(work)

    def _record(
        self,
        spec: ToolSpec,
        given: dict[str, object],
        *,
        answer: Answer,
        code: str,
        began: float,
    ) -> None:
        self._facts.append(
            ToolCalled(
                name=spec.name,
                arguments=cast("dict[str, JsonValue]", given),
                ok=not code,
                code=code,
                result=as_text(answer),
                duration_ms=round((self._clock.monotonic() - began) * 1000, 1),
            )
        )


def _refused(exc: ValidationError) -> tuple[str, Answer]:
    """Which arguments are wrong, without quoting them."""
    wrong = [
        f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in exc.errors()
    ]
    code = ErrorCode.VAL_INVALID_FORMAT.value
    return code, {"error": code, "message": "; ".join(wrong)}
