"""Custom functions, and the log of what was called (004, V8)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.functions.models import FUNCTION_CALLS, FUNCTIONS, CustomFunction, NewFunction
from chalicelib.clients import list_scope, making_scope, owner
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.functions import (
    FunctionCallShown,
    FunctionChanged,
    FunctionGiven,
    FunctionMade,
    FunctionPut,
    FunctionShown,
)

routes = Routes("custom functions")
_FUNCTIONS = "/api/v1/custom-functions"
_FUNCTION = _FUNCTIONS + "/{function_id}"
_CALLS = "/api/v1/function-calls"


@routes.get(_FUNCTIONS, access=Permission.FUNCTIONS_VIEW, summary="List functions", lists=FUNCTIONS)
def list_functions(request: Request) -> Listing[FunctionShown]:
    services, _ = asked(request)
    wanted = list_query(request, FUNCTIONS)
    with services.database.work(list_scope(request, wanted, reason="list functions")) as work:
        page = services.functions.page(work, wanted)
    return Listing(
        data=[FunctionShown.model_validate(function) for function in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_FUNCTIONS, access=Permission.FUNCTIONS_EDIT, summary="Add a function", status=201)
def add_function(body: FunctionGiven, request: Request) -> Answer[FunctionMade]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="add function")
    new = NewFunction(**body.model_dump(exclude={"tenant_id"}))
    with services.database.work(scope) as work:
        whose = owner(request, work, tenant_id=tenant_id)
        function_id, secret = services.functions.add(work, whose, new=new)
        function = services.functions.get(work, function_id)
    return _made(request, function, secret)


@routes.get(_FUNCTION, access=Permission.FUNCTIONS_VIEW, summary="Get a function")
def get_function(function_id: UUID, request: Request) -> Answer[FunctionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show function")) as work:
        function = services.functions.get(work, function_id)
    tag(request, function)
    return Answer(data=FunctionShown.model_validate(function))


@routes.put(_FUNCTION, access=Permission.FUNCTIONS_EDIT, summary="Replace a function")
def put_function(function_id: UUID, body: FunctionPut, request: Request) -> Answer[FunctionShown]:
    return _function_changed(function_id, request, body.model_dump())


@routes.patch(_FUNCTION, access=Permission.FUNCTIONS_EDIT, summary="Change a function")
def change_function(
    function_id: UUID, body: FunctionChanged, request: Request
) -> Answer[FunctionShown]:
    return _function_changed(function_id, request, body.changes())


@routes.delete(_FUNCTION, access=Permission.FUNCTIONS_DELETE, summary="Delete a function")
def delete_function(function_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete function")) as work:
        services.functions.delete(work, function_id, expected=expected(request))
    return Response(status_code=204)


@routes.post(
    _FUNCTION + "/rotate-secret",
    access=Permission.FUNCTIONS_EDIT,
    summary="Sign a function's requests with a new secret, shown this once",
)
def rotate_secret(function_id: UUID, request: Request) -> Answer[FunctionMade]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="rotate function's secret")) as work:
        function, secret = services.functions.rotate_secret(
            work, function_id, expected=expected(request)
        )
    return _made(request, function, secret)


@routes.get(
    _CALLS,
    access=Permission.FUNCTIONS_VIEW,
    summary="List what agents called, newest first",
    lists=FUNCTION_CALLS,
)
def list_function_calls(request: Request) -> Listing[FunctionCallShown]:
    services, _ = asked(request)
    wanted = list_query(request, FUNCTION_CALLS)
    with services.database.work(list_scope(request, wanted, reason="list function calls")) as work:
        page = services.function_reader.calls(work, wanted)
    return Listing(
        data=[FunctionCallShown.model_validate(call) for call in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(
    _CALLS + "/{function_call_id}",
    access=Permission.FUNCTIONS_VIEW,
    summary="Get one call of a function",
)
def get_function_call(function_call_id: UUID, request: Request) -> Answer[FunctionCallShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show function call")) as work:
        call = services.function_reader.call(work, function_call_id)
    return Answer(data=FunctionCallShown.model_validate(call))


def _function_changed(
    function_id: UUID, request: Request, changes: dict[str, object]
) -> Answer[FunctionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change function")) as work:
        function = services.functions.change(
            work, function_id, changes=changes, expected=expected(request)
        )
    tag(request, function)
    return Answer(data=FunctionShown.model_validate(function))


def _made(request: Request, function: CustomFunction, secret: str) -> Answer[FunctionMade]:
    tag(request, function)
    shown = FunctionShown.model_validate(function).model_dump()
    return Answer(data=FunctionMade(**shown, signing_secret=secret))
