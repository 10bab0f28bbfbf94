"""Carrier connections: accounts with carriers, which numbers hang on (G11)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.carrier_connections.models import CONNECTIONS, NewConnection
from chalicelib.clients import list_scope
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.carrier_connections import (
    ConnectionChanged,
    ConnectionGiven,
    ConnectionShown,
)
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

routes = Routes("carrier connections")
_ALL = "/api/v1/carrier-connections"
_ONE = _ALL + "/{carrier_connection_id}"
_VIEW, _MANAGE = Permission.CARRIER_CONNECTIONS_VIEW, Permission.CARRIER_CONNECTIONS_MANAGE


@routes.get(_ALL, access=_VIEW, summary="List carrier connections", lists=CONNECTIONS)
def list_carrier_connections(request: Request) -> Listing[ConnectionShown]:
    services, _ = asked(request)
    wanted = list_query(request, CONNECTIONS)
    with services.database.work(list_scope(request, wanted, reason="list connections")) as work:
        page = services.carrier_connections.page(work, wanted)
    return Listing(
        data=[ConnectionShown.model_validate(connection) for connection in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=_MANAGE, summary="Make a carrier connection", status=201)
def add_carrier_connection(body: ConnectionGiven, request: Request) -> Answer[ConnectionShown]:
    services, principal = asked(request)
    new = NewConnection(
        carrier=body.provider,
        name=body.name,
        external_account_id=body.external_account_id,
        credential_id=body.credential_id,
        settings=body.settings,
    )
    with services.database.work(principal.scope(reason="make connection")) as work:
        connection = services.carrier_connections.add(
            work, new, by=principal, agency_id=body.agency_id, tenant_id=body.tenant_id
        )
    tag(request, connection)
    return Answer(data=ConnectionShown.model_validate(connection))


@routes.get(_ONE, access=_VIEW, summary="Get a carrier connection")
def get_carrier_connection(
    carrier_connection_id: UUID, request: Request
) -> Answer[ConnectionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show connection")) as work:
        connection = services.carrier_connections.get(work, carrier_connection_id)
    tag(request, connection)
    return Answer(data=ConnectionShown.model_validate(connection))


@routes.patch(_ONE, access=_MANAGE, summary="Change a carrier connection")
def change_carrier_connection(
    carrier_connection_id: UUID, body: ConnectionChanged, request: Request
) -> Answer[ConnectionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change connection")) as work:
        connection = services.carrier_connections.change(
            work, carrier_connection_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, connection)
    return Answer(data=ConnectionShown.model_validate(connection))


@routes.delete(_ONE, access=_MANAGE, summary="Delete a carrier connection, not its credential")
def delete_carrier_connection(carrier_connection_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete connection")) as work:
        services.carrier_connections.delete(work, carrier_connection_id, expected=expected(request))
    return Response(status_code=204)
