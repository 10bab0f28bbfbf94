"""Callbacks that clients have promised, and people who asked not to be called (V16, G10)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.callbacks.models import CALLBACKS, NewCallback
from aiconnected.opt_outs.models import OPT_OUTS
from chalicelib.clients import list_scope, making_scope, owner
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.callbacks import (
    CallbackChanged,
    CallbackGiven,
    CallbackShown,
    OptOutGiven,
    OptOutShown,
)
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

routes = Routes("callbacks")
_CALLBACKS = "/api/v1/callbacks"
_CALLBACK = _CALLBACKS + "/{callback_id}"
_OPT_OUTS = "/api/v1/opt-outs"
_OPT_OUT = _OPT_OUTS + "/{opt_out_id}"


@routes.get(_CALLBACKS, access=Permission.CALLS_VIEW, summary="List callbacks", lists=CALLBACKS)
def list_callbacks(request: Request) -> Listing[CallbackShown]:
    services, _ = asked(request)
    wanted = list_query(request, CALLBACKS)
    with services.database.work(list_scope(request, wanted, reason="list callbacks")) as work:
        page = services.callbacks.page(work, wanted)
    return Listing(
        data=[CallbackShown.model_validate(each) for each in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_CALLBACKS, access=Permission.CALLS_CREATE, summary="Promise a call", status=201)
def add_callback(body: CallbackGiven, request: Request) -> Answer[CallbackShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="promise call")
    new = NewCallback(**body.model_dump(exclude={"tenant_id"}))
    with services.database.work(scope) as work:
        callback = services.callbacks.add(work, owner(request, work, tenant_id=tenant_id), new=new)
    tag(request, callback)
    return Answer(data=CallbackShown.model_validate(callback))


@routes.get(_CALLBACK, access=Permission.CALLS_VIEW, summary="Get a callback")
def get_callback(callback_id: UUID, request: Request) -> Answer[CallbackShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show callback")) as work:
        callback = services.callbacks.get(work, callback_id)
    tag(request, callback)
    return Answer(data=CallbackShown.model_validate(callback))


@routes.patch(_CALLBACK, access=Permission.CALLS_CREATE, summary="Move a callback")
def change_callback(
    callback_id: UUID, body: CallbackChanged, request: Request
) -> Answer[CallbackShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change callback")) as work:
        callback = services.callbacks.change(
            work, callback_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, callback)
    return Answer(data=CallbackShown.model_validate(callback))


@routes.delete(_CALLBACK, access=Permission.CALLS_CREATE, summary="Take a callback back")
def cancel_callback(callback_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="cancel callback")) as work:
        services.callbacks.cancel(work, callback_id, expected=expected(request))
    return Response(status_code=204)


@routes.get(
    _OPT_OUTS, access=Permission.CALLS_VIEW, summary="List who is not called", lists=OPT_OUTS
)
def list_opt_outs(request: Request) -> Listing[OptOutShown]:
    services, _ = asked(request)
    wanted = list_query(request, OPT_OUTS)
    with services.database.work(list_scope(request, wanted, reason="list opt-outs")) as work:
        page = services.opt_outs.page(work, wanted)
    return Listing(
        data=[OptOutShown.model_validate(each) for each in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_OPT_OUTS, access=Permission.CALLS_CREATE, summary="Never call somebody", status=201)
def add_opt_out(body: OptOutGiven, request: Request) -> Answer[OptOutShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="add opt-out")
    with services.database.work(scope) as work:
        opt_out = services.opt_outs.add(
            work,
            owner(request, work, tenant_id=tenant_id),
            phone_number=body.phone_number,
            reason=body.reason,
        )
    return Answer(data=OptOutShown.model_validate(opt_out))


@routes.get(_OPT_OUT, access=Permission.CALLS_VIEW, summary="Get an opt-out")
def get_opt_out(opt_out_id: UUID, request: Request) -> Answer[OptOutShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show opt-out")) as work:
        opt_out = services.opt_outs.get(work, opt_out_id)
    return Answer(data=OptOutShown.model_validate(opt_out))


@routes.delete(_OPT_OUT, access=Permission.CALLS_CREATE, summary="Somebody may be called again")
def delete_opt_out(opt_out_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="remove opt-out")) as work:
        services.opt_outs.delete(work, opt_out_id)
    return Response(status_code=204)
