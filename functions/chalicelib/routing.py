"""Routes as the control plane declares them: each says who may use it, or it does not exist."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar, cast

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from aiconnected.auth.permissions import Permission
from aiconnected.kit.listing import Listable, ListQuery
from aiconnected.kit.versions import Expected, Versioned, etag

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from chalicelib.services import Services

H = TypeVar("H", bound=Callable[..., object])
EXCHANGE = "exchange"  # name under which the resolver's context holds it


class Access(StrEnum):
    """Who may use a route that asks for no permission."""

    PUBLIC = "public"  # anyone; webhooks check the signature of their sender themselves
    SIGNED_IN = "signed_in"


Admission = Access | Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a handler has beside its parameters: the services, and who is asking."""

    services: "Services"
    principal: "Principal | None"  # None on public routes
    request_id: str
    answer_headers: dict[str, str] = field(default_factory=dict[str, str])


def exchange_of(request: Request) -> Exchange:
    """The exchange that `request` is part of."""
    return cast("Exchange", request.context[EXCHANGE])


def proxy_event(request: Request) -> APIGatewayProxyEvent:
    """API Gateway's event behind `request`."""
    event = request.resolved_event
    if not isinstance(event, APIGatewayProxyEvent):
        raise TypeError("requests come through API Gateway")
    return event


def asked(request: Request) -> "tuple[Services, Principal]":
    """Services and principal of a route that is not public."""
    exchange = exchange_of(request)
    if exchange.principal is None:
        raise RuntimeError(f"{request.route} is public: nobody is known to ask")
    return exchange.services, exchange.principal


def list_query(request: Request, listable: Listable) -> ListQuery:
    """What of a list the query string asks for; raises `Invalid`."""
    given = proxy_event(request).raw_event.get("multiValueQueryStringParameters") or {}
    return listable.read(cast("Mapping[str, Sequence[str]]", given))


def expected(request: Request) -> Expected:
    """Which version of the resource the request means to change, by its `If-Match`."""
    return Expected.read(proxy_event(request).headers.get("if-match"))


def tag(request: Request, resource: Versioned) -> None:
    """Answer with the resource's `ETag`."""
    exchange_of(request).answer_headers["ETag"] = etag(resource)


class Routes:
    """The routes of one noun. Paths are API Gateway's: `/api/v1/calls/{call_id}`."""

    def __init__(self, tag: str) -> None:
        self.router = Router()
        self.access: dict[tuple[str, str], Admission] = {}
        self.lists: dict[tuple[str, str], Listable] = {}
        self._tag = tag

    def get(
        self,
        path: str,
        *,
        access: Admission,
        summary: str,
        lists: Listable | None = None,
        listed: bool = True,
    ) -> Callable[[H], H]:
        """A route that reads; `lists` is what the query string may ask for."""
        if lists is not None:
            self.lists["GET", path] = lists
        return self._add("GET", path, access=access, summary=summary, status=200, listed=listed)

    def post(
        self, path: str, *, access: Admission, summary: str, status: int = 200, listed: bool = True
    ) -> Callable[[H], H]:
        """A route that makes or does something."""
        return self._add("POST", path, access=access, summary=summary, status=status, listed=listed)

    def put(self, path: str, *, access: Admission, summary: str) -> Callable[[H], H]:
        """A route that replaces the whole of a resource."""
        return self._add("PUT", path, access=access, summary=summary, status=200, listed=True)

    def patch(self, path: str, *, access: Admission, summary: str) -> Callable[[H], H]:
        """A route that changes what is given of a resource, and leaves the rest."""
        return self._add("PATCH", path, access=access, summary=summary, status=200, listed=True)

    def delete(
        self, path: str, *, access: Admission, summary: str, status: int = 204
    ) -> Callable[[H], H]:
        """A route that deletes, and says nothing more."""
        return self._add("DELETE", path, access=access, summary=summary, status=status, listed=True)

    def _add(
        self,
        method: str,
        path: str,
        *,
        access: Admission,
        summary: str,
        status: int,
        listed: bool,
    ) -> Callable[[H], H]:
        self.access[method, path] = access
        register = self.router.route(
            path.replace("{", "<").replace("}", ">"),
            method=[method],
            summary=summary,
            tags=[self._tag],
            status_code=status,
            include_in_schema=listed,
        )
        return cast("Callable[[H], H]", register)
