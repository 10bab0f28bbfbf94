"""The frozen content of a published version, and its rendering for one call."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aiconnected.agents.errors import CannotPublish
from aiconnected.agents.hours import Opening, spoken_date, spoken_hours, spoken_time
from aiconnected.agents.models import Draft, Line, LineKind
from aiconnected.agents.templates import CALL_VARIABLES, INNER_VARIABLES, fill, unknown_in
from aiconnected.calls.models import TURN_PRESETS, AgentConfig, OpeningHours, VoiceConfig
from aiconnected.functions.models import CustomFunction
from aiconnected.kit.errors import ErrorCode, FieldError

_GREETINGS = {
    Opening.OPEN: LineKind.OPEN,
    Opening.CLOSED: LineKind.AFTER_HOURS,
    Opening.HOLIDAY: LineKind.HOLIDAY,
}


class SnapshotFunction(BaseModel):
    """A custom function as the model is told of it; where it leads is read when it is called."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    name: str
    description: str
    parameters: dict[str, object]
    timeout_ms: int


class Snapshot(BaseModel):
    """Content of `agent_versions.snapshot`; readers ignore fields of later versions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    language: str
    llm_provider: str
    llm_model: str
    max_tokens: int
    stt_provider: str
    stt_model: str
    voice_provider: str
    voice_model: str
    speaking_rate: float
    turn_preset: str
    tools: tuple[str, ...]
    retrieval: bool
    record: bool
    max_duration_s: int
    prompt: str
    variables: dict[str, str]
    persona: str
    disclosure: str
    lines: dict[LineKind, tuple[str, ...]]
    functions: tuple[SnapshotFunction, ...] = ()

    @classmethod
    def freeze(
        cls, draft: Draft, lines: Iterable[Line], *, functions: Iterable[CustomFunction] = ()
    ) -> "Snapshot":
        """What is published; raises `CannotPublish` with all that is missing."""
        spoken: dict[LineKind, tuple[str, ...]] = {}
        for line in sorted(lines, key=lambda each: each.position):
            spoken[line.kind] = (*spoken.get(line.kind, ()), line.content)
        if missing := _missing(draft, spoken):
            raise CannotPublish(missing)
        return cls(
            name=draft.agent_name,
            language=draft.language,
            llm_provider=draft.llm_provider,
            llm_model=draft.llm_model,
            max_tokens=draft.max_tokens,
            stt_provider=draft.stt_provider,
            stt_model=draft.stt_model,
            voice_provider=draft.voice_provider,
            voice_model=draft.voice_model,
            speaking_rate=float(draft.speaking_rate),
            turn_preset=draft.turn_preset,
            tools=draft.tools,
            retrieval=draft.retrieval,
            record=draft.record,
            max_duration_s=draft.max_duration_s,
            prompt=draft.prompt,
            variables=draft.variables,
            persona=draft.persona,
            disclosure=draft.disclosure,
            lines=spoken,
            functions=tuple(_described(each) for each in functions),
        )


class Rendering:
    """Fills a snapshot's templates for one call."""

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        business_name: str,
        timezone: str,
        local: datetime,
        hours: Iterable[OpeningHours],
    ) -> None:
        self._snapshot = snapshot
        # Persona and disclosure may themselves name the rest.
        plain = snapshot.variables | {
            "agent_name": snapshot.name,
            "business_name": business_name,
            "date": spoken_date(local.date()),
            "time": spoken_time(local.time()),
            "timezone": timezone,
            "hours": spoken_hours(tuple(hours)),
        }
        self._variables: Mapping[str, str] = plain | {
            "persona": fill(snapshot.persona, plain),
            "disclosure": fill(snapshot.disclosure, plain),
        }

    def config(self, agent_id: UUID, *, version: int, opening: Opening) -> AgentConfig:
        """The agent as this call gets it."""
        snapshot = self._snapshot
        return AgentConfig(
            agent_id=agent_id,
            version=version,
            name=snapshot.name,
            language=snapshot.language,
            llm_provider=snapshot.llm_provider,
            llm_model=snapshot.llm_model,
            max_tokens=snapshot.max_tokens,
            stt_provider=snapshot.stt_provider,
            stt_model=snapshot.stt_model,
            voice=VoiceConfig(
                provider=snapshot.voice_provider,
                model=snapshot.voice_model,
                rate=snapshot.speaking_rate,
            ),
            turn=TURN_PRESETS[snapshot.turn_preset],
            system_prompt=fill(snapshot.prompt, self._variables),
            greeting=self._line(_GREETINGS[opening]) or self._line(LineKind.OPEN),
            fillers=self._lines(LineKind.FILLER),
            apology=self._line(LineKind.APOLOGY),
            handover=self._line(LineKind.HANDOVER),
            farewell=self._line(LineKind.FAREWELL),
            tools=snapshot.tools,
            retrieval=snapshot.retrieval,
            record=snapshot.record,
            max_duration_s=snapshot.max_duration_s,
        )

    def _lines(self, kind: LineKind) -> tuple[str, ...]:
        return tuple(fill(line, self._variables) for line in self._snapshot.lines.get(kind, ()))

    def _line(self, kind: LineKind) -> str:
        return next(iter(self._lines(kind)), "")


def _described(function: CustomFunction) -> SnapshotFunction:
    return SnapshotFunction(
        id=function.id,
        name=function.name,
        description=function.description,
        parameters=dict(function.parameters),
        timeout_ms=function.timeout_ms,
    )


def _missing(draft: Draft, lines: Mapping[LineKind, Iterable[str]]) -> list[FieldError]:
    """What keeps the draft from being published."""
    own = draft.variables.keys()
    texts = [("system_prompt", draft.prompt, CALL_VARIABLES)]
    texts.append(("agent_personality.persona", draft.persona, INNER_VARIABLES))
    texts.append(("agent_personality.disclosure", draft.disclosure, INNER_VARIABLES))
    texts += [(f"greetings.{kind}", text, CALL_VARIABLES) for kind in lines for text in lines[kind]]
    found = [
        FieldError(
            field=where,
            code=ErrorCode.VAL_INVALID_FORMAT,
            message=f"No value for {', '.join(unknown)}.",
        )
        for where, text, known in texts
        if (unknown := unknown_in(text, known=known | own))
    ]
    if LineKind.OPEN not in lines:
        message = "The agent has no greeting."
        found.append(
            FieldError(field="greetings.open", code=ErrorCode.VAL_REQUIRED, message=message)
        )
    return found
