"""Commands on a live call, routed through Redis to the process that owns it, and their answers."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from aiconnected.contracts.envelope import Body


class CommandName(StrEnum):
    """What may be asked of a live call."""

    HANG_UP = "hang_up"
    TRANSFER = "transfer"
    HOLD = "hold"
    RESUME = "resume"


class Command(Body):
    """One order to the owner of `call_id`; after `deadline` the owner ignores it."""

    TYPE: ClassVar[str] = "call.command"
    id: UUID
    tenant_id: UUID
    call_id: UUID
    name: CommandName
    args: dict[str, str] = Field(default_factory=dict)
    deadline: AwareDatetime


class Ack(Body):
    """What became of the command `id`: `code` is an ErrorCode when not ok."""

    TYPE: ClassVar[str] = "call.command_ack"
    id: UUID
    ok: bool
    code: str = ""
