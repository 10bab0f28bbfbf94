"""A Lambda container on this machine: one process, one invocation at a time, killed when late.

Source of the rules: AWS Lambda's developer guide, "Invoke" and "Quotas": a container serves one
event at a time, payloads are at most 6 MB each way, and a function that outlives its timeout loses
its container.
"""

import json
import logging
import multiprocessing
import time
import traceback
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, cast

logger = logging.getLogger(__name__)

MAX_PAYLOAD = 6 * 1024 * 1024  # bytes of JSON each way
HTTP_FUNCTION = "api_handler"
_ACCOUNT, _REGION = "000000000000", "us-east-1"


class InvocationFailed(Exception):
    """The function raised, answered too much, or lost its container."""


class TimedOut(InvocationFailed):
    """The function did not answer within its timeout."""


@dataclass(slots=True)
class Context:
    """The `context` argument of a handler."""

    function_name: str
    aws_request_id: str
    deadline: float
    memory_limit_in_mb: int = 1024
    function_version: str = "$LATEST"
    log_stream_name: str = "local"

    @property
    def log_group_name(self) -> str:
        """Where CloudWatch would keep its logs."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def invoked_function_arn(self) -> str:
        """The function's name in AWS."""
        return f"arn:aws:lambda:{_REGION}:{_ACCOUNT}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the container is killed."""
        return max(0, round((self.deadline - time.monotonic()) * 1000))


def fork_server() -> ForkServerContext:
    """Processes that start with the app already imported, as a warm container has it.

    So is what nearly every function imports later: once, instead of once a container.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app", "chalicelib.routes.every", "boto3", "psycopg", "redis"])
    return context


class Container:
    """One container for any function of the app. Not for use by two threads at a time."""

    def __init__(self, context: ForkServerContext | SpawnContext) -> None:
        self._context = context
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def start(self) -> None:
        """Start the process; the first invocation does it otherwise."""
        ours, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours

    def invoke(self, function: str, event: Mapping[str, Any], *, seconds: float) -> Any:  # noqa: ANN401
        """The function's answer; raises `TimedOut` or `InvocationFailed`: its container is gone."""
        if self._process is None or not self._process.is_alive() or self._pipe is None:
            self.start()
        pipe = cast("Connection", self._pipe)
        try:
            pipe.send_bytes(json.dumps([function, event, seconds]).encode())
            if not pipe.poll(seconds):
                self.kill()
                raise TimedOut(function)
            outcome, answer = json.loads(pipe.recv_bytes())
        except (EOFError, OSError) as exc:
            self.kill()
            raise InvocationFailed(f"{function}: the container died") from exc
        if outcome != "ok":
            raise InvocationFailed(f"{function}: {answer}")
        return answer

    def kill(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection) -> None:
    """Run invocations until the other end is gone."""
    import app as functions  # noqa: PLC0415 -- imported by the fork server, not by its client

    while True:
        try:
            function, event, seconds = json.loads(pipe.recv_bytes())
        except EOFError:
            return
        pipe.send_bytes(_answer(functions.app, function, event, seconds))


def _answer(app: Any, function: str, event: dict[str, Any], seconds: float) -> bytes:  # noqa: ANN401
    context = Context(function, str(uuid.uuid4()), time.monotonic() + seconds)
    handler = app if function == HTTP_FUNCTION else app.handler_map[function]
    try:
        answer = json.dumps(["ok", handler(event, context)]).encode()
    except Exception as exc:  # noqa: BLE001 -- process boundary: Lambda reports what a handler raises
        traceback.print_exc()
        return json.dumps(["error", type(exc).__name__]).encode()
    if len(answer) > MAX_PAYLOAD:
        return json.dumps(["error", "Function.ResponseSizeTooLarge"]).encode()
    return answer
