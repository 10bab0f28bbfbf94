"""The realtime process: builds everything, serves media sockets, drains on SIGTERM."""

import asyncio
import gc
import json
import logging
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web

from aiconnected.kit.clock import SystemClock
from aiconnected.kit.errors import AppError
from aiconnected.live.inbox import CommandInbox
from realtime.agent.host import AgentHost
from realtime.bridge.ticker import Ticker
from realtime.bridge.twilio_rest import TwilioRest
from realtime.composition import Core
from realtime.readers import Readers
from realtime.reception import Reception
from realtime.record.archive import Archive
from realtime.record.recorder import DiskThread
from realtime.record.uploader import Uploader
from realtime.record.writer import Writer
from realtime.settings import RealtimeSettings

logger = logging.getLogger(__name__)

_WARM_EVERY = 120.0  # seconds
_STORE_SECONDS = 5.0  # for what is left to store when the process ends
_YOUNG = 10_000  # objects made and not yet freed that are worth a look for cycles
_SHOWN = frozenset(vars(logging.makeLogRecord({})))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: a constant phrase and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= {k: v for k, v in vars(record).items() if k not in _SHOWN and k != "message"}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


class Realtime:
    """The parts of one process, started and stopped in order."""

    def __init__(self, settings: RealtimeSettings, core: Core) -> None:
        clock = SystemClock()
        self._settings, self._core = settings, core
        self._ticker, self._readers = Ticker(), Readers()
        self._disk = DiskThread(_disk_failed)
        self._writer = Writer(
            store=core.facts,
            leases=core.leases,
            relay=core.relay.run,
            owner=settings.owner_id,
            clock=clock,
        )
        self._uploader = Uploader(core.objects, bucket=settings.recordings_bucket)
        self._archive = Archive(
            spools=settings.spool_dir,
            recordings=settings.recording_dir,
            owner=settings.owner_id,
            clock=clock,
            writer=self._writer,
            uploader=self._uploader,
            disk=self._disk,
        )
        self._carrier = TwilioRest(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            base_url=settings.twilio_url,
        )
        self._host = AgentHost(settings.agent())
        self.reception = Reception(
            settings,
            services=core,
            host=self._host,
            archive=self._archive,
            writer=self._writer,
            readers=self._readers,
            ticker=self._ticker,
            carrier=self._carrier,
            clock=clock,
        )
        self._ready = False

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; then drain."""
        for thread in (self._writer, self._uploader, self._disk):
            thread.start()
        recovered = await self._readers.run(self._archive.recover, seconds=60, what="recovery")
        if recovered:
            logger.warning("recovered calls of a dead process", extra={"calls": recovered})
        runner = await self._serve()
        try:
            async with asyncio.TaskGroup() as tasks:
                background = [
                    tasks.create_task(self._ticker.run(), name="ticker"),
                    tasks.create_task(self._listen(), name="commands"),
                ]
                await self._host.start()
                await self._warm()
                background.append(tasks.create_task(self._keep_warm(), name="lines"))
                _collect_seldom()
                self._ticker.late_ms.clear()  # warming up blocks the loop, calls do not
                self._ready = True
                await stop.wait()
                await self.reception.drain(self._settings.drain_seconds)
                for task in background:
                    task.cancel()
        finally:
            await runner.cleanup()
            await self._close()

    async def _serve(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/ws/voice-twilio", self.reception.twilio)
        app.router.add_get("/health", self._health)
        app.router.add_get("/api/voice/realtime/health", self._health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        await web.TCPSite(
            runner, self._settings.realtime_host, self._settings.realtime_port
        ).start()
        return runner

    async def _health(self, _request: web.Request) -> web.Response:
        """200 while calls are taken, 503 while starting or draining."""
        serving = self._ready and not self.reception.draining
        body = {
            "status": "ok" if serving else "draining" if self._ready else "starting",
            "owner": self._settings.owner_id,
            "calls": self.reception.live_calls,
            "capacity": self._settings.max_calls,
            "tick_late_ms_p95": round(self.reception.lateness_ms, 2),
        }
        return web.json_response(body, status=200 if serving else 503)

    async def _listen(self) -> None:
        inbox = CommandInbox(self._settings.owner_id, self._settings.redis_url.get_secret_value())
        await inbox.run(self.reception.command)

    async def _warm(self) -> None:
        """Have the greeting and the other fixed lines of every agent that answers at hand."""
        try:
            agents = await self._readers.run(self._core.answering, seconds=10, what="agents")
        except AppError as exc:  # the first call of an agent makes them, a second late
            logger.warning("lines not made ahead", extra={"code": exc.error_code})
            return
        for agent in agents:
            await self._host.prewarm(agent)

    async def _keep_warm(self) -> None:
        """Opening hours change the greeting, and agents are published."""
        while True:
            await asyncio.sleep(_WARM_EVERY)
            await self._warm()

    async def _close(self) -> None:
        await self._host.close()
        await self._carrier.aclose()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._stop_threads)  # nothing else runs any more
        self._core.close()

    def _stop_threads(self) -> None:
        self._disk.stop()
        self._uploader.stop(timeout=_STORE_SECONDS)
        self._writer.stop(timeout=_STORE_SECONDS)
        self._readers.close()


def _collect_seldom() -> None:
    """Leave what start-up made out of garbage collection: searching it stops all calls' audio."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)


def _disk_failed(path: Path, exc: OSError) -> None:
    logger.error("recording not written", extra={"call_id": path.stem, "error": type(exc).__name__})


def configure_logging(level: str) -> None:
    """JSON to standard error; libraries that log numbers or words of callers are kept quiet."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in (
        "twilio",
        "livekit",
        "httpx",
        "httpx2",
        "openai",
        "anthropic",
        "deepgram",
        "botocore",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _prepared(settings: RealtimeSettings) -> Core:
    core = Core(settings)
    core.prepare()
    return core


async def _main(settings: RealtimeSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Realtime(settings, _prepared(settings)).run(stop)


def main() -> None:
    """Run the process."""
    settings = RealtimeSettings()  # pyright: ignore[reportCallIssue] -- fields come from the environment
    configure_logging(settings.log_level)
    uvloop.run(_main(settings))


if __name__ == "__main__":
    main()
