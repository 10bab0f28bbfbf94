"""Calls that are placed, and orders to calls that live."""

from datetime import timedelta
from uuid import UUID

from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import Permission
from aiconnected.contracts.commands import Command, CommandName, TransferKind
from aiconnected.kit.errors import ErrorCode, FieldError, Invalid, RuleBroken
from aiconnected.kit.ids import new_id
from chalicelib import trail
from chalicelib.clients import making_scope
from chalicelib.routing import Routes, asked
from chalicelib.schemas.calls import CallShown, CommandShown, OutboundGiven, TransferGiven
from chalicelib.schemas.envelopes import Answer

routes = Routes("calls")
_ONE = "/api/v1/calls/{call_id}"
# The owner obeys within a second; the rest is the way there and back.
COMMAND_DEADLINE = timedelta(seconds=5)


class CommandRefused(RuleBroken):
    """The call did not carry out the command."""


class AgentMismatch(Invalid):
    """To another agent, name it and no number; for any other transfer name none."""

    def __init__(self) -> None:
        code = ErrorCode.VAL_INVALID_FORMAT
        detail = FieldError(field="agent_id", code=code, message="For kind agent, and no other.")
        super().__init__(code=code, details=[detail])


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

    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="place call")
    order = Order(
        tenant_id=tenant_id, agent_id=body.agent_id, to=body.to_number, from_=body.from_number
    )
    return Answer(data=CallShown.model_validate(services.outbound.place(scope, order)))


@routes.post(_ONE + "/hangup", access=Permission.CALLS_CONTROL, summary="End a live call")
def hang_up(call_id: UUID, request: Request) -> Answer[CommandShown]:
    return _ordered(request, call_id, name=CommandName.HANG_UP, action="call.hung_up")


@routes.post(
    _ONE + "/transfer", access=Permission.CALLS_CONTROL, summary="Send the caller to somebody else"
)
def transfer(call_id: UUID, body: TransferGiven, request: Request) -> Answer[CommandShown]:
    given = {"target": body.target_number, "agent_id": body.agent_id, "briefing": body.briefing}
    args = {name: str(value) for name, value in given.items() if value}
    if body.kind is not TransferKind.BLIND:
        args["kind"] = body.kind.value
    if (body.kind is TransferKind.AGENT) != (body.agent_id is not None):
        raise AgentMismatch
    if body.agent_id is not None:
        _check_agent(request, call_id, body)
    return _ordered(
        request, call_id, name=CommandName.TRANSFER, action="call.transferred", args=args
    )


@routes.post(_ONE + "/hold", access=Permission.CALLS_CONTROL, summary="Hold a live call")
def hold(call_id: UUID, request: Request) -> Answer[CommandShown]:
    return _ordered(request, call_id, name=CommandName.HOLD, action="call.held")


@routes.post(_ONE + "/resume", access=Permission.CALLS_CONTROL, summary="Go on with a held call")
def resume(call_id: UUID, request: Request) -> Answer[CommandShown]:
    return _ordered(request, call_id, name=CommandName.RESUME, action="call.resumed")


def _check_agent(request: Request, call_id: UUID, body: TransferGiven) -> None:
    """Raises `CallNotFound`, `AgentMismatch`, `AgentNotPublished`."""
    services, principal = asked(request)
    if body.agent_id is None or body.target_number is not None:
        raise AgentMismatch
    with services.database.work(principal.scope(reason="transfer call")) as work:
        call = services.call_reader.call(work, call_id)
        services.agents.published(work, tenant_id=call.tenant_id, agent_id=body.agent_id)


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
