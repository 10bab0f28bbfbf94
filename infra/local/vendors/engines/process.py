"""The life of a vendor-compatible server: arguments, start line, clean exit, death with parent."""

import argparse
import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable

from aiohttp import web

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def parser(name: str) -> argparse.ArgumentParser:
    """Arguments every server takes; port 0 picks a free one and the start line tells which."""
    arguments = argparse.ArgumentParser(prog=f"python -m infra.local.vendors.{name}")
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--host", default="127.0.0.1")
    return arguments


def die_with_parent() -> None:
    """Have Linux kill this process with its parent if AICONNECTED_DIE_WITH_PARENT=1."""
    if os.environ.get("AICONNECTED_DIE_WITH_PARENT") != "1" or sys.platform != "linux":
        return
    parent = os.getppid()
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it died before the kernel was asked
        sys.exit(1)


def serve(
    app: web.Application,
    *,
    name: str,
    host: str,
    port: int,
    load: Callable[[], None] | None = None,
    cancel_on_disconnect: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT, then close every socket and return.

    `load` prepares the engines in a thread while /health already answers 503; what it raises ends
    the process. `cancel_on_disconnect` cancels a handler as soon as its client has gone.
    """
    die_with_parent()
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=1.0,
        handler_cancellation=cancel_on_disconnect,
    )
    asyncio.run(_serve(runner, name=name, host=host, port=port, load=load))


async def _serve(
    runner: web.AppRunner, *, name: str, host: str, port: int, load: Callable[[], None] | None
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        _log_start(name=name, address=runner.addresses[0])
        if load is not None:
            await asyncio.to_thread(load)
        await stop.wait()
    finally:
        await runner.cleanup()


def _log_start(*, name: str, address: tuple[str, int]) -> None:
    line = {"event": "listening", "server": name, "host": address[0], "port": address[1]}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
