"""The HTTP surface: one Powertools resolver routes, validates and answers; Chalice carries it.

Chalice owns the API's resources (it packages them) and hands every request on. Nothing below here
knows Chalice, and nothing in `routes` knows what errors look like outside.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from chalice.app import Chalice
from chalice.app import Response as ChaliceResponse
from pydantic_core import to_json

from aiconnected.kit.errors import (
    AppError,
    ErrorCode,
    Forbidden,
    Invalid,
    NotFound,
    Unauthenticated,
)
from chalicelib import plans, problems, queries, refusals, shaping, taken, uploads
from chalicelib.auth import admit
from chalicelib.cors import PREFLIGHT, Origins
from chalicelib.declared import Admission, Declared, Pace
from chalicelib.incoming import Incoming
from chalicelib.limits import Limits, RateLimited
from chalicelib.observability import logger, metrics
from chalicelib.once import answer_once
from chalicelib.proxied import Proxied, add, headers_of, proxied, status_of
from chalicelib.routing import EXCHANGE, Exchange, Group, Route
from chalicelib.services import Services

if TYPE_CHECKING:
    from aiconnected.auth.models import Principal

REQUEST_ID = "X-Request-Id"
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_SERVER_ERROR = 500
_HEADERS = {"X-Content-Type-Options": "nosniff"}
# Answers are somebody's own; who keeps one asks with its tag whether it still holds.
_KEEP, _DO_NOT_KEEP = "private, no-cache", "no-store"


class MethodNotAllowed(AppError):
    """This resource does not know this method."""

    code = ErrorCode.RES_METHOD_NOT_ALLOWED


class Api:
    """All routes over one set of services. Serves one request at a time, as a container does."""

    def __init__(self, groups: Iterable[Group], services: Services) -> None:
        self._services = services
        self._limits, self._origins = Limits(services), Origins(services)
        self._known: dict[Route, Group] = {
            route: group for group in groups for route in group.routes
        }
        self._declared: dict[Route, Declared] = {}
        self.resolver = APIGatewayRestResolver(
            enable_validation=True,
            # What we answer and cannot validate is our own bug, not the caller's.
            response_validation_error_http_code=_SERVER_ERROR,
            json_body_deserializer=parsed,
            serializer=written,
        )
        self.resolver.use([self._within])  # type: ignore[reportUnknownMemberType] -- Response's own
        self._request_id, self._route = "", ("", "")
        self._translate_errors()

    @property
    def declared(self) -> Mapping[Route, Declared]:
        """What every route has declared of itself: imports all that have not been asked for."""
        for route in self._known:
            self._found(route)
        return self._declared

    @property
    def access(self) -> Mapping[Route, Admission]:
        """Who may use each route."""
        return {route: declared.access for route, declared in self.declared.items()}

    @property
    def resources(self) -> Mapping[str, list[str]]:
        """Path of every resource with its methods."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for method, path in self._known:
            found[path].append(method)
        return found

    def answer(self, event: Mapping[str, Any], context: LambdaContext) -> Proxied:
        """The proxy answer to one of API Gateway's events."""
        incoming = Incoming.read(event, context)
        self._request_id = incoming.client.request_id
        extra: dict[str, str] = {}
        try:
            answer = self._answered(incoming, context, extra=extra)
        except AppError as exc:
            answer = proxied(self._refused(exc))
        except Exception as exc:  # noqa: BLE001 -- process boundary: a bug in a gate, not in a route
            answer = proxied(self._unexpected(exc))
        keep = incoming.method == "GET" and "ETag" in headers_of(answer)
        add(answer, {**extra, **self._origins.headers(incoming.header("origin"))})
        add(answer, _HEADERS | {"Cache-Control": _KEEP if keep else _DO_NOT_KEEP})
        add(answer, {REQUEST_ID: self._request_id})
        _measure(incoming.route, status_of(answer))
        return answer

    def _answered(
        self, incoming: Incoming, context: LambdaContext, *, extra: dict[str, str]
    ) -> Proxied:
        """The answer past all gates; `extra` receives headers that errors carry too."""
        if incoming.method == PREFLIGHT:
            methods = self.resources[incoming.resource]
            return self._origins.preflight(incoming.header("origin"), methods=methods)
        declared = self._found(incoming.route)
        if declared is None:
            extra["Allow"] = ", ".join(sorted({*self.resources[incoming.resource], PREFLIGHT}))
            raise MethodNotAllowed
        if declared.deprecated is not None:
            extra |= declared.deprecated.headers()
        principal = self._admitted(declared, incoming=incoming, extra=extra)
        plans.check(self._services, declared.access, route=incoming.route, principal=principal)
        fields = shaping.chosen(declared.handler, incoming)
        taken.check(declared.handler, incoming)
        uploads.check(incoming)

        def compute() -> Proxied:
            return self._resolved(incoming, context, principal=principal)

        answer = answer_once(self._services, compute, incoming=incoming, principal=principal)
        shaping.cut(answer, fields)
        return shaping.conditional(answer, incoming)

    def _found(self, route: Route) -> Declared | None:
        """What a route declares of itself; its group is taken in with the first request for it."""
        if route not in self._declared and route in self._known:
            group = self._known[route].load()
            self.resolver.include_router(group.router)
            # With the routes came what another app of this process, if it has them, is answering.
            self.resolver.clear_context()
            self._declared |= group.declared
        return self._declared.get(route)

    def _admitted(
        self, declared: Declared, *, incoming: Incoming, extra: dict[str, str]
    ) -> "Principal | None":
        """Who is asking, if they may, and have not asked too often."""
        try:
            principal = admit(self._services, declared.access, incoming=incoming)
        except (Unauthenticated, Forbidden):  # who guesses is counted by their address
            self._count(Pace.NORMAL, incoming=incoming, principal=None, extra=extra)
            raise
        self._count(declared.pace, incoming=incoming, principal=principal, extra=extra)
        return principal

    def _count(
        self,
        pace: Pace,
        *,
        incoming: Incoming,
        principal: "Principal | None",
        extra: dict[str, str],
    ) -> None:
        standing = self._limits.standing(pace, incoming=incoming, principal=principal)
        if standing is None:
            return
        extra |= self._limits.headers(standing)
        if standing.exceeded:
            raise RateLimited(standing)

    def _resolved(
        self, incoming: Incoming, context: LambdaContext, *, principal: "Principal | None"
    ) -> Proxied:
        """What the route answers."""
        exchange = Exchange(
            services=self._services, principal=principal, request_id=self._request_id
        )
        cast("dict[str, object]", self.resolver.context)[EXCHANGE] = exchange
        self._route = incoming.route
        answer = self.resolver.resolve(dict(incoming.event), context)
        add(answer, exchange.answer_headers)
        return answer

    def _within(self, resolver: APIGatewayRestResolver, go_on: NextMiddleware) -> "Response[Any]":
        """Between the resolver's own validation and the route."""
        queries.check(resolver, self._declared[self._route])
        return cast("Response[Any]", go_on(resolver))

    def _translate_errors(self) -> None:
        resolver = self.resolver
        resolver.exception_handler(Forbidden)(self._forbidden)
        resolver.exception_handler(AppError)(self._refused)
        resolver.exception_handler(RequestValidationError)(self._invalid)
        resolver.exception_handler(RequestUnsupportedContentType)(self._unsupported)
        resolver.exception_handler(NotFoundError)(self._unknown)
        resolver.exception_handler(Exception)(self._unexpected)

    def _forbidden(self, error: Forbidden) -> Response[str]:
        """A route refuses somebody who has passed the gates."""
        exchange = cast("dict[str, Exchange]", self.resolver.context).get(EXCHANGE)
        if exchange is not None and exchange.principal is not None:
            refusals.note(self._services, exchange.principal, route=self._route, error=error)
        return self._refused(error)

    def _refused(self, error: AppError) -> Response[str]:
        if error.status >= _SERVER_ERROR:
            logger.warning("request failed", extra={"code": error.error_code}, exc_info=error)
        else:
            logger.info("request refused", extra={"code": error.error_code})
        return problems.problem(error, request_id=self._request_id)

    def _invalid(self, error: RequestValidationError) -> Response[str]:
        return problems.invalid(error.errors(), request_id=self._request_id)

    def _unsupported(self, _error: RequestUnsupportedContentType) -> Response[str]:
        refused = Invalid("Send application/json.", code=ErrorCode.RES_UNSUPPORTED_MEDIA_TYPE)
        return problems.problem(refused, request_id=self._request_id)

    def _unknown(self, _error: NotFoundError) -> Response[str]:
        # API Gateway answers this itself; here for whatever calls the function directly.
        return problems.problem(NotFound("There is no such route."), request_id=self._request_id)

    def _unexpected(self, _error: Exception) -> Response[str]:
        logger.exception("unexpected error")
        return problems.unexpected(request_id=self._request_id)


def mount(app: Chalice, api: Api) -> None:
    """Make every resource of `api` one of Chalice's, so that it is packaged and served."""

    def dispatch(**_parameters: str) -> ChaliceResponse:
        request = app.current_request
        if request is None:
            raise RuntimeError("Chalice dispatches requests only")
        answer = api.answer(
            request.to_original_event(), cast("LambdaContext", request.lambda_context)
        )
        headers: dict[str, Any] = {
            name: values[0] if len(values) == 1 else values
            for name, values in answer["multiValueHeaders"].items()
        }
        return ChaliceResponse(answer["body"] or "", headers, int(answer["statusCode"]))

    # The rest is text: large objects travel by presigned URL.
    app.api.binary_types = [uploads.FORM]
    for path in api.resources:
        # The resolver judges methods and content types, with the right envelope.
        app.route(path, methods=list(METHODS), name=path, content_types=["*/*"])(dispatch)


def parsed(text: str) -> Any:  # noqa: ANN401 -- JSON
    """`text` as JSON; what the parser cannot take for any reason is malformed, not our failure."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as exc:  # an endless number; nesting without end
        raise json.JSONDecodeError("not acceptable", "", 0) from exc


def written(body: Mapping[str, Any]) -> str:
    """`body`, which is JSON's own values already, as text: several times as fast as `json` is."""
    return to_json(body).decode()


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _measure(route: tuple[str, str], status: int) -> None:
    """Count the request under its route: a template, never an id."""
    metrics.add_dimension("route", " ".join(route))
    metrics.add_metric("Requests", "Count", 1)
    metrics.add_metric("ServerErrors", "Count", int(status >= _SERVER_ERROR))
