"""Whom to ask about a failing stack: the dead first, then those who complain."""

from dataclasses import dataclass

import pytest

from infra.local.stack.diagnosis import diagnosis
from infra.local.stack.services import Service

pytestmark = pytest.mark.unit


@dataclass
class LoggedProcess:
    """A process that has only a name, a log and a life."""

    name: str
    log: str
    living: bool = True
    started_at: float = 0.0
    pid: int | None = 1

    def start(self) -> None:
        self.living = True

    def alive(self) -> bool:
        return self.living

    def terminate(self) -> None:
        self.living = False

    def kill(self) -> None:
        self.living = False

    def wait(self, seconds: float) -> bool:
        return not self.living

    def last_words(self, lines: int = 5) -> str:
        return "\n".join(self.log.splitlines()[-lines:])


def service(name: str, log: str, *, living: bool = True) -> Service:
    return Service(child=LoggedProcess(name, log, living), ready=lambda: True)


def test_the_dead_are_asked_and_nobody_else() -> None:
    told = diagnosis(
        [service("api", "Traceback\nboom"), service("realtime", "a\nb\nlast", living=False)]
    )

    assert told == "realtime ended:\na\nb\nlast"


def test_where_all_live_those_who_complain_are_asked() -> None:
    told = diagnosis([service("api", "fine"), service("events", "fine\nERROR: no queue")])

    assert told == "events says:\nfine\nERROR: no queue"


def test_a_complaint_is_found_above_the_lines_shown() -> None:
    log = "\n".join(["Traceback", *(f"line {number}" for number in range(50))])

    told = diagnosis([service("events", log)])

    assert told.startswith("events says:\nline 35")
    assert told.endswith("line 49")


def test_nobody_has_anything_to_say() -> None:
    assert diagnosis([service("api", "fine")]) == ""
