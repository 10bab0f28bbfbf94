"""Calls that are placed, and orders to calls that live."""

from datetime import timedelta
from uuid import UUID

from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import Permission
from aiconnected.contracts.commands import Command, CommandName
from aiconnected.kit.errors import ErrorCode, RuleBroken
from aiconnected.kit.ids import new_id
from chalicelib import trail
from chalicelib.clients import making_scope
from chalicelib.routing import Routes, asked
from chalicelib.schemas.bills import call_shown
from chalicelib.schemas.calls import CallShown, CommandShown, OutboundGiven, TransferGiven
from chalicelib.schemas.envelopes import Answer

routes = Routes("calls")
_ONE = "/api/v1/calls/{call_id}"
# The owner obeys within a second; the rest is the way there and back.
COMMAND_DEADLINE = timedelta(seconds=5)


class CommandRefused(RuleBroken):
    """The call did not carry out the command."""


@routes.post(
    "/api/v1/calls/outbound",
    access=Permission.CALLS_CREATE,
    summary="Call somebody: it rings when this answers",
    status=202,
)
@routes.post(
    "/api/calls/outbound",
    access=Permission.CALLS_CREATE,
    summary="Alias",
    status=202,
    listed=False,
)
def place_call(body: OutboundGiven, request: Request) -> Answer[CallShown]:
    from aiconnected.calls.outbound import Order  # noqa: PLC0415 -- psycopg, see aiconnected.wiring

    services, principal = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="place call")
    order = Order(
        tenant_id=tenant_id, agent_id=body.agent_id, to=body.to_number, from_=body.from_number
    )
    return Answer(data=call_shown(services.outbound.place(scope, order), principal))


@routes.post(_ONE + "/hangup", access=Permission.CALLS_CONTROL, summary="End a live call")
def hang_up(call_id: UUID, request: Request) -> Answer[CommandShown]:
    return _ordered(request, call_id, name=CommandName.HANG_UP, action="call.hung_up")


@routes.post(
    _ONE + "/transfer", access=Permission.CALLS_CONTROL, summary="Send the caller to somebody else"
)
def transfer(call_id: UUID, body: TransferGiven, request: Request) -> Answer[CommandShown]:
    args = {"target": body.target_number} if body.target_number else {}
    return _ordered(
        request, call_id, name=CommandName.TRANSFER, action="call.transferred", args=args
    )


@routes.post(_ONE + "/hold", access=Permission.CALLS_CONTROL, summary="Hold a live call")
def hold(call_id: UUID, request: Request) -> Answer[CommandShown]:
    return _ordered(request, call_id, name=CommandName.HOLD, action="call.held")


@routes.post(_ONE + "/resume", access=Permission.CALLS_CONTROL, summary="Go on with a held call")
def resume(call_id: UUID, request: Request) -> Answer[CommandShown]:
    return _ordered(request, call_id, name=CommandName.RESUME, action="call.resumed")


def _ordered(
    request: Request,
    call_id: UUID,
    *,
    name: CommandName,
    action: str,
    args: dict[str, str] | None = None,
) -> Answer[CommandShown]:
    """The owner's acknowledgement; raises `CommandRefused`, `NotLive`, `NoAnswer`."""
    from aiconnected.live.commands import NotLive  # noqa: PLC0415 -- redis, see aiconnected.wiring

    services, principal = asked(request)
    with services.database.work(principal.scope(reason="command call")) as work:
        call = services.call_reader.call(work, call_id)
        if call.ended_at is not None:  # whoever Redis still takes for its owner
            raise NotLive
        trail.record(services, work, action=action, of=call)
    command = Command(
        id=new_id(),
        tenant_id=call.tenant_id,
        call_id=call_id,
        name=name,
        args=args or {},
        deadline=services.clock.now() + COMMAND_DEADLINE,
    )
    ack = services.commands.send(command)
    if not ack.ok:
        raise CommandRefused(code=_known(ack.code))
    return Answer(data=CommandShown(id=command.id, call_id=call_id, name=name.value))


def _known(code: str) -> ErrorCode:
    """The owner's code, unless it comes from a later version."""
    try:
        return ErrorCode(code)
    except ValueError:
        return ErrorCode.BIZ_OPERATION_FAILED
