"""Errors of agents.

NotFound
├── AgentNotFound
└── AgentNotPublished
RuleBroken
├── NoDraft
└── UnknownVariable
"""

from aiconnected.kit.errors import ErrorCode, NotFound, RuleBroken


class AgentNotFound(NotFound):
    """There is no such agent."""


class AgentNotPublished(NotFound):
    """The agent has no published version, or is paused."""


class NoDraft(RuleBroken):
    """The agent has no draft to publish."""

    code = ErrorCode.BIZ_INVALID_STATE


class UnknownVariable(RuleBroken):
    """A prompt or line names a variable that has no value."""
