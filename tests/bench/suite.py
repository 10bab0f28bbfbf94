"""The measurements in their order, each with the kind of stack that it needs."""

from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import uvloop

from infra.local.cli.stack_file import Stack
from infra.local.cli.throwaway import throw_away
from tests.bench import conversing, loaded, standalone
from tests.bench.plan import Plan
from tests.bench.rows import Report

STACK = "bench"
Progress = Callable[[str], None]
Standalone = Callable[[Report, Plan], Coroutine[Any, Any, None]]
OnStack = Callable[[Stack, Report, Plan], Coroutine[Any, Any, None]]


class Section(StrEnum):
    """A measurement, by the name under which it can be asked for."""

    CONTROL_PLANE = "control-plane"
    CALLS_LIST = "calls-list"
    MEDIA = "media"
    TURNS = "turns"
    GREETING = "greeting"
    CUT_OFFS = "cut-offs"
    FOUR_CALLS = "four-calls"
    ONE_QUERY = "one-query"
    LOAD = "load"
    LOAD_WITHOUT_VAD = "load-without-vad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of stack and what is measured on it."""

    sections: Mapping[Section, OnStack]
    instant: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


STANDALONE: Mapping[Section, Standalone] = {
    Section.CONTROL_PLANE: standalone.request,
    Section.CALLS_LIST: standalone.calls_list,
    Section.MEDIA: standalone.leg,
}
STACKS = (
    Kind(
        sections={
            Section.TURNS: conversing.answered_questions,
            Section.GREETING: conversing.greeting,
            Section.CUT_OFFS: conversing.inner_pauses,
            Section.FOUR_CALLS: conversing.four_calls,
        }
    ),
    Kind(
        sections={Section.ONE_QUERY: loaded.one_query, Section.LOAD: loaded.with_vad},
        instant=True,
    ),
    Kind(
        sections={Section.LOAD_WITHOUT_VAD: loaded.without_vad},
        instant=True,
        settings=loaded.WITHOUT_VAD,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Measures what is asked for; after each section the report is left in `file`."""

    report: Report
    plan: Plan
    file: Path
    progress: Progress

    def run(self, wanted: Collection[Section]) -> None:
        """Measure these sections; raises CommandError when a stack or a call fails.

        After all of them, a target that nothing was measured for is missed.
        """
        for section, measure in STANDALONE.items():
            if section in wanted:
                self._measure(section, measure(self.report, self.plan))
        for kind in STACKS:
            if chosen := [section for section in kind.sections if section in wanted]:
                self._on_stack(kind, chosen)
        if set(wanted) == set(Section):
            self.report.miss_what_was_not_measured()
            self.report.write(self.file)

    def _on_stack(self, kind: Kind, chosen: Collection[Section]) -> None:
        named = "instant vendors" if kind.instant else "real engines"
        self.progress(f"a stack with {named}")
        with throw_away(
            STACK, lambda _: None, instant=kind.instant, settings=kind.settings
        ) as stack:
            for section in chosen:
                self._measure(section, kind.sections[section](stack, self.report, self.plan))

    def _measure(self, section: Section, measuring: Coroutine[Any, Any, None]) -> None:
        self.progress(section.value)
        uvloop.run(measuring)
        self.report.write(self.file)
