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


class TransferKind(StrEnum):
    """How a caller is handed on: `args["kind"]` of a transfer; a message without it is blind."""

    BLIND = "blind"  # to the number `target`, or the client's own: the call leaves us
    WARM = "warm"  # to a number whose owner is told what it is about first, and may decline
    AGENT = "agent"  # to the agent `agent_id` of the same client, within the call


class Command(Body):
    """One order to the owner of `call_id`; after `deadline` the owner ignores it.

    A transfer's `args` are `kind` (see `TransferKind`), `target`, `agent_id` and `briefing`.
    An owner that cannot do what is ordered answers BIZ_OPERATION_FAILED and goes on with the call.
    """

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
