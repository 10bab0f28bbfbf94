"""Errors of agents.

NotFound
├── AgentNotFound
├── AgentNotPublished
├── VersionNotFound
├── PartNotFound
└── HolidayNotFound
Conflict
├── AgentSlugTaken
├── PartTaken
└── DayTaken
Invalid
├── UnknownModel
├── UnknownTool
├── UnknownVariable
├── HoursReversed
└── HoursOverlap
RuleBroken
├── DraftIncomplete
├── NoDraft
├── CannotPublish
├── CannotRollBack
├── AgentHasNumbers
└── PartInUse
"""

from collections.abc import Iterable, Sequence

from aiconnected.kit.errors import (
    Conflict,
    ErrorCode,
    FieldError,
    Invalid,
    NotFound,
    RuleBroken,
)


class AgentNotFound(NotFound):
    """There is no such agent."""


class AgentNotPublished(NotFound):
    """The agent has no published version, or is paused."""


class VersionNotFound(NotFound):
    """The agent has no such version."""


class PartNotFound(NotFound):
    """There is no such part of an agent."""


class HolidayNotFound(NotFound):
    """There is no such holiday."""


class AgentSlugTaken(Conflict):
    """Another agent of the client has this slug."""

    code = ErrorCode.RES_ALREADY_EXISTS


class PartTaken(Conflict):
    """The client has another one of this name, or of this place among the lines."""

    code = ErrorCode.RES_ALREADY_EXISTS


class DayTaken(Conflict):
    """The client has a holiday on this day."""

    code = ErrorCode.RES_ALREADY_EXISTS


class _FieldInvalid(Invalid):
    """This field is wrong."""

    def __init__(self, message: str | None = None, *, field: str) -> None:
        said = message or (type(self).__doc__ or "").strip().partition("\n")[0]
        super().__init__(
            said, details=[FieldError(field=field, code=type(self).code, message=said)]
        )


class UnknownModel(_FieldInvalid):
    """The catalogue has no such model."""

    code = ErrorCode.VAL_INVALID_ENUM


class UnknownTool(_FieldInvalid):
    """Agents have no such tool."""

    code = ErrorCode.VAL_INVALID_ENUM


class HoursReversed(_FieldInvalid):
    """Opening comes before closing; a day has both or neither."""

    code = ErrorCode.VAL_OUT_OF_RANGE


class HoursOverlap(_FieldInvalid):
    """Two intervals of a day overlap."""

    code = ErrorCode.VAL_OUT_OF_RANGE


class DraftIncomplete(RuleBroken):
    """The client has no such part of an agent, and none that is the default."""

    code = ErrorCode.BIZ_INVALID_STATE

    def __init__(self, fields: Iterable[str]) -> None:
        message = "There is no such part, or it has been deleted."
        super().__init__(
            details=[
                FieldError(field=name, code=ErrorCode.RES_NOT_FOUND, message=message)
                for name in fields
            ]
        )


class NoDraft(RuleBroken):
    """The agent has no draft to publish."""

    code = ErrorCode.BIZ_INVALID_STATE


class CannotPublish(RuleBroken):
    """The draft is not complete."""

    code = ErrorCode.BIZ_INVALID_STATE

    def __init__(self, missing: Sequence[FieldError]) -> None:
        super().__init__(details=missing)


class CannotRollBack(RuleBroken):
    """Only a version that has been published before can be published again."""

    code = ErrorCode.BIZ_INVALID_STATE


class UnknownVariable(Invalid):
    """A prompt or line names a variable that has no value."""

    code = ErrorCode.VAL_INVALID_FORMAT

    def __init__(self, names: Iterable[str], *, field: str = "content") -> None:
        known = ", ".join(names)
        message = f"No value for {known}."
        super().__init__(
            message, details=[FieldError(field=field, code=type(self).code, message=message)]
        )


class AgentHasNumbers(RuleBroken):
    """Telephone numbers lead to the agent: assign those to another one first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS


class PartInUse(RuleBroken):
    """An agent's draft is made of it."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS
