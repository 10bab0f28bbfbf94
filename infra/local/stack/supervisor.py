"""The supervisor: brings the services up in order, keeps them up, takes them down."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import FrameType

from infra.local.stack import database, description, provision
from infra.local.stack.control import Control, Order, Verb
from infra.local.stack.diagnosis import diagnosis
from infra.local.stack.environment import Environment, Secrets
from infra.local.stack.layout import ROOT, Layout
from infra.local.stack.network import choose_ports
from infra.local.stack.services import VENDORS, Service, Services

_POLL = 0.02  # seconds between probes while starting
_WATCH = 0.1  # seconds between looks at the children
_KEEP = 5.0  # seconds between copies of the object store
_GRACE = 12.0  # seconds for a clean end
_SUPERVISORS = (b"aiconnected", b"infra.local.stack")  # how a supervisor's command may read
_RESTARTS, _WITHIN = 5, 60.0  # a service that dies more often than this stays down


class StackError(Exception):
    """The stack cannot be brought up or found; the text tells the operator what to do."""


class State(StrEnum):
    """How a service does."""

    STARTING = "starting"
    READY = "ready"
    DOWN = "down"  # by order, or because it died too often


@dataclass(slots=True)
class Watched:
    """A service under supervision."""

    service: Service
    state: State = State.STARTING
    wanted: bool = True
    deaths: tuple[float, ...] = ()


Progress = Callable[[str], None]


class Supervisor:
    """One stack. `up` returns when it is ready; `watch` runs until told to stop."""

    def __init__(
        self,
        layout: Layout,
        *,
        default_ports: bool = True,
        instant: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.layout = layout
        self._defaults, self._instant = default_ports, instant
        self._settings = dict(settings or {})
        self.watched: dict[str, Watched] = {}
        self._stop = False
        self._control: Control | None = None
        self._objects: provision.Objects | None = None
        self.environment: Environment | None = None

    def up(self, progress: Progress) -> Environment:
        """Start everything; raises `StackError` with the failing service's last words."""
        _refuse_twice(self.layout)
        self.layout.home.mkdir(parents=True, exist_ok=True)
        secrets = Secrets.load(self.layout.data / "secrets.json")
        ports = choose_ports(defaults=self._defaults)
        environment = Environment(
            layout=self.layout, ports=ports, secrets=secrets, settings=self._settings
        )
        self.environment = environment
        self.layout.pid_file.write_text(json.dumps({"pid": os.getpid()}))
        try:
            self._bring_up(environment, progress)
        except StackError:
            self.down()
            raise
        except Exception as exc:  # whatever a store, a client or the seed has raised
            told = self.diagnosis()
            self.down()
            raise StackError(f"{type(exc).__name__}: {exc}\n\n{told}") from exc
        except BaseException:
            self.down()
            raise
        return environment

    def diagnosis(self) -> str:
        """Whom to ask about a failure, and what they say."""
        told = diagnosis(item.service for item in self.watched.values())
        return told or f"the logs are in {self.layout.logs.relative_to(ROOT)}"

    def _bring_up(self, environment: Environment, progress: Progress) -> None:
        services = Services(environment, instant=self._instant)
        self._start([services.localstack(), *map(services.vendor, VENDORS)])
        self._start(database.stores(environment))
        progress("databases")
        database.prepare(environment)
        progress("schema")
        seeded = database.seed(environment)
        progress("seed")
        self._await(["localstack"])
        provision.provision(environment)
        self._objects = provision.Objects(
            provision.client(environment, "s3"), self.layout.data / "objects"
        )
        self._objects.restore()
        progress("aws")
        self._start([services.api(), services.events(), services.realtime()])
        self._await(self.watched)
        description.connect_numbers(environment, seeded.numbers)
        progress("services")
        database.await_documents(environment)
        progress("knowledge")
        self._control = Control(environment.ports["supervisor"], status=self.status)
        description.write(environment, description.describe(environment, seeded))

    def status(self) -> dict[str, dict[str, object]]:
        """State, process and port of each service."""
        ports = self.environment.ports if self.environment else {}
        return {
            name: {
                "state": item.state.value,
                "pid": item.service.child.pid,
                "port": ports.get(name),
                "deaths": len(item.deaths),
            }
            for name, item in self.watched.items()
        }

    def watch(self, on_change: Callable[[], None] = lambda: None) -> None:
        """Restart what dies, follow orders, keep the object store; until `stop` or a signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        kept = time.monotonic()
        while not self._stop:
            before = [(i.state, i.service.child.pid) for i in self.watched.values()]
            self._obey()
            for item in self.watched.values():
                self._look_after(item)
            if before != [(i.state, i.service.child.pid) for i in self.watched.values()]:
                on_change()
            if self._objects and time.monotonic() - kept > _KEEP:
                self._objects.keep()
                kept = time.monotonic()
            time.sleep(_WATCH)

    def stop(self) -> None:
        """End `watch`."""
        self._stop = True

    def down(self) -> None:
        """End every service: planes first, so that their last facts still find a database."""
        self.layout.description.unlink(missing_ok=True)
        if self._control:
            self._control.close()
        if self._objects:
            self._objects.keep()
        ordered = list(self.watched.values())
        planes = [i for i in ordered if i.service.name not in database.STORES]
        stores = [i for i in ordered if i.service.name in database.STORES]
        for group in (planes, stores):
            _end(group)
        self.layout.pid_file.unlink(missing_ok=True)

    # -- inside ------------------------------------------------------------------------------

    def _start(self, services: Iterable[Service]) -> None:
        for service in services:
            self.watched[service.name] = Watched(service)
            service.child.start()

    def _await(self, names: Iterable[str]) -> None:
        waiting = [self.watched[name] for name in names if self.watched[name].state != State.READY]
        while waiting:
            for item in waiting:
                if not item.service.child.alive():
                    raise StackError(_obituary(item.service))
                if item.service.ready():
                    item.state = State.READY
                elif time.monotonic() - item.service.child.started_at > item.service.seconds:
                    raise StackError(
                        f"{item.service.name} is not ready after {item.service.seconds:.0f} s"
                    )
            waiting = [item for item in waiting if item.state != State.READY]
            time.sleep(_POLL)

    def _look_after(self, item: Watched) -> None:
        child = item.service.child
        if not item.wanted:
            return
        if child.alive():
            if item.state is State.STARTING and item.service.ready():
                item.state = State.READY
            return
        now = time.monotonic()
        item.deaths = (*(t for t in item.deaths if now - t < _WITHIN), now)
        if len(item.deaths) > _RESTARTS:
            item.state, item.wanted = State.DOWN, False
            return
        item.state = State.STARTING
        child.start()

    def _told_to_stop(self, _: int, __: FrameType | None) -> None:
        self.stop()

    def _obey(self) -> None:
        for order in self._control.orders() if self._control else ():
            item = self.watched.get(order.service)
            if item is not None:
                self._carry_out(order, item)

    def _carry_out(self, order: Order, item: Watched) -> None:
        child = item.service.child
        match order.verb:
            case Verb.KILL:  # as a crash: the supervisor brings it back
                child.kill()
            case Verb.DOWN:  # and stays down until it is started
                item.wanted, item.state = False, State.DOWN
                child.kill()
            case Verb.START:
                item.wanted, item.state, item.deaths = True, State.STARTING, ()
                if not child.alive():
                    child.start()
            case Verb.TERM:
                child.terminate()
        order.done()


def _end(group: list[Watched]) -> None:
    for item in group:
        item.service.child.terminate()
    end = time.monotonic() + _GRACE
    for item in group:
        if not item.service.child.wait(max(0.1, end - time.monotonic())):
            item.service.child.kill()
        item.state = State.DOWN


def _obituary(service: Service) -> str:
    return f"{service.name} ended while starting; its log says:\n{service.child.last_words()}"


def running(layout: Layout) -> int | None:
    """The live supervisor's process id, if this stack is up."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        pid = int(json.loads(layout.pid_file.read_text())["pid"])
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 -- procfs
            command = file.read()
        if any(name in command for name in _SUPERVISORS):
            return pid
    return None


def _refuse_twice(layout: Layout) -> None:
    if pid := running(layout):
        raise StackError(f"this stack is already up (process {pid}); `make down` ends it")
