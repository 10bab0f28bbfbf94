"""Routes as the control plane declares them: each says who may use it, or it does not exist."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from aiconnected.kit.listing import Listable, ListQuery
from aiconnected.kit.versions import Expected, Versioned, etag
from chalicelib.declared import Access, Admission, Declared, Deprecation, Pace

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal
    from chalicelib.services import Services

__all__ = [  # with what routes declare of themselves
    "EXCHANGE",
    "Access",
    "Admission",
    "Deprecation",
    "Exchange",
    "Group",
    "Pace",
    "Route",
    "Routes",
    "asked",
    "exchange_of",
    "expected",
    "list_query",
    "proxy_event",
    "tag",
]
H = TypeVar("H", bound=Callable[..., object])
Route = tuple[str, str]  # method and path
EXCHANGE = "exchange"  # name under which the resolver's context holds it


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
    event = proxy_event(request).raw_event
    given = cast("Mapping[str, Sequence[str]] | None", event.get("multiValueQueryStringParameters"))
    return listable.read(given or {})


def expected(request: Request) -> Expected:
    """Which version of the resource the request means to change, by its `If-Match`."""
    return Expected.read(proxy_event(request).headers.get("if-match"))


def tag(request: Request, resource: Versioned) -> None:
    """Answer with the resource's `ETag`."""
    exchange_of(request).answer_headers["ETag"] = etag(resource)


class Group(Protocol):
    """Routes that are taken in together."""

    @property
    def routes(self) -> Iterable[Route]:
        """Method and path of each, known before they are loaded."""
        ...

    def load(self) -> "Routes":
        """The routes themselves."""
        ...


class Routes:
    """The routes of one noun. Paths are API Gateway's: `/api/v1/calls/{call_id}`.

    Without a `pace`, whatever the public may do beside reading is strictly limited.
    """

    def __init__(self, tag: str, *, pace: Pace | None = None) -> None:
        self.router = Router()
        self.declared: dict[Route, Declared] = {}
        self._tag, self._pace = tag, pace

    @property
    def routes(self) -> Iterable[Route]:
        """Method and path of each."""
        return self.declared

    def load(self) -> "Routes":
        """It is loaded."""
        return self

    @property
    def access(self) -> Mapping[Route, Admission]:
        """Who may use each route."""
        return {route: declared.access for route, declared in self.declared.items()}

    def get(
        self,
        path: str,
        *,
        access: Admission,
        summary: str,
        lists: Listable | None = None,
        listed: bool = True,
        pace: Pace | None = None,
        deprecated: Deprecation | None = None,
    ) -> Callable[[H], H]:
        """A route that reads; `lists` is what the query string may ask for."""
        route = _Route(method="GET", path=path, summary=summary, listed=listed)
        return self._add(route, access=access, lists=lists, pace=pace, deprecated=deprecated)

    def post(
        self,
        path: str,
        *,
        access: Admission,
        summary: str,
        status: int = 200,
        listed: bool = True,
        pace: Pace | None = None,
        deprecated: Deprecation | None = None,
    ) -> Callable[[H], H]:
        """A route that makes or does something."""
        route = _Route(method="POST", path=path, summary=summary, status=status, listed=listed)
        return self._add(route, access=access, pace=pace, deprecated=deprecated)

    def put(
        self, path: str, *, access: Admission, summary: str, deprecated: Deprecation | None = None
    ) -> Callable[[H], H]:
        """A route that replaces the whole of a resource."""
        route = _Route(method="PUT", path=path, summary=summary)
        return self._add(route, access=access, deprecated=deprecated)

    def patch(
        self, path: str, *, access: Admission, summary: str, deprecated: Deprecation | None = None
    ) -> Callable[[H], H]:
        """A route that changes what is given of a resource, and leaves the rest."""
        route = _Route(method="PATCH", path=path, summary=summary)
        return self._add(route, access=access, deprecated=deprecated)

    def delete(
        self,
        path: str,
        *,
        access: Admission,
        summary: str,
        status: int = 204,
        deprecated: Deprecation | None = None,
    ) -> Callable[[H], H]:
        """A route that deletes, and says nothing more."""
        route = _Route(method="DELETE", path=path, summary=summary, status=status)
        return self._add(route, access=access, deprecated=deprecated)

    def _add(
        self,
        route: "_Route",
        *,
        access: Admission,
        lists: Listable | None = None,
        pace: Pace | None = None,
        deprecated: Deprecation | None = None,
    ) -> Callable[[H], H]:
        register = self.router.route(
            route.path.replace("{", "<").replace("}", ">"),
            method=[route.method],
            summary=route.summary,
            tags=[self._tag],
            status_code=route.status,
            include_in_schema=route.listed,
            deprecated=deprecated is not None,
        )
        careful = access is Access.PUBLIC and route.method != "GET"

        def declare(handler: H) -> H:
            self.declared[route.method, route.path] = Declared(
                handler=handler,
                access=access,
                pace=pace or self._pace or (Pace.STRICT if careful else Pace.NORMAL),
                listable=lists,
                deprecated=deprecated,
            )
            return register(handler)

        return declare


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    method: str
    path: str
    summary: str
    status: int = 200
    listed: bool = True
