"""The HTTP surface: one Powertools resolver routes, validates and answers; Chalice carries it.

Chalice owns the API's resources (it packages them) and hands every request on. Nothing below here
knows Chalice, and nothing in `routes` knows what errors look like outside.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from chalice.app import Chalice
from chalice.app import Response as ChaliceResponse

from aiconnected.kit.errors import AppError, ErrorCode, Invalid, NotFound
from aiconnected.kit.listing import Listable
from chalicelib import problems
from chalicelib.auth import admit
from chalicelib.incoming import Incoming
from chalicelib.observability import logger, metrics
from chalicelib.routing import EXCHANGE, Admission, Exchange, Routes
from chalicelib.services import Services

REQUEST_ID = "X-Request-Id"
_SERVER_ERROR = 500
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Api:
    """All routes over one set of services. Serves one request at a time, as a container does."""

    def __init__(self, groups: Iterable[Routes], services: Services) -> None:
        self._services = services
        self.access: dict[tuple[str, str], Admission] = {}
        self.lists: dict[tuple[str, str], Listable] = {}
        self.resolver = APIGatewayRestResolver(
            enable_validation=True,
            # What we answer and cannot validate is our own bug, not the caller's.
            response_validation_error_http_code=_SERVER_ERROR,
            json_body_deserializer=parsed,
        )
        for group in groups:
            self.resolver.include_router(group.router)
            self.access |= group.access
            self.lists |= group.lists
        self._request_id = ""
        self._translate_errors()

    @property
    def resources(self) -> Mapping[str, list[str]]:
        """Path of every resource with its methods."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for method, path in self.access:
            found[path].append(method)
        return found

    def answer(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The proxy answer to one of API Gateway's events."""
        incoming = Incoming.read(event, context)
        self._request_id = incoming.client.request_id
        headers = _HEADERS | {REQUEST_ID: self._request_id}
        try:
            access = self.access[incoming.route]
            principal = admit(self._services, access, incoming=incoming)
        except AppError as exc:
            answer = _plain(self._refused(exc))
        else:
            exchange = Exchange(
                services=self._services, principal=principal, request_id=self._request_id
            )
            cast("dict[str, object]", self.resolver.context)[EXCHANGE] = exchange
            answer = self.resolver.resolve(dict(event), context)
            headers |= exchange.answer_headers
        for name, value in headers.items():
            answer["multiValueHeaders"].setdefault(name, [value])
        _measure(incoming.route, int(answer["statusCode"]))
        return answer

    def _translate_errors(self) -> None:
        resolver = self.resolver
        resolver.exception_handler(AppError)(self._refused)
        resolver.exception_handler(RequestValidationError)(self._invalid)
        resolver.exception_handler(RequestUnsupportedContentType)(self._unsupported)
        resolver.exception_handler(NotFoundError)(self._unknown)
        resolver.exception_handler(Exception)(self._unexpected)

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

    app.api.binary_types = []  # every body is text: large objects travel by presigned URL
    for path, methods in api.resources.items():
        # The resolver judges content types, with the right envelope.
        app.route(path, methods=methods, name=path, content_types=["*/*"])(dispatch)


def parsed(text: str) -> Any:  # noqa: ANN401 -- JSON
    """`text` as JSON; what the parser cannot take for any reason is malformed, not our failure."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as exc:  # an endless number; nesting without end
        raise json.JSONDecodeError("not acceptable", "", 0) from exc


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _plain(response: Response[str]) -> dict[str, Any]:
    headers = {
        name: value if isinstance(value, list) else [value]
        for name, value in response.headers.items()
    }
    return {
        "statusCode": response.status_code,
        "body": response.body,
        "isBase64Encoded": False,
        "multiValueHeaders": headers,
    }


def _measure(route: tuple[str, str], status: int) -> None:
    """Count the request under its route: a template, never an id."""
    metrics.add_dimension("route", " ".join(route))
    metrics.add_metric("Requests", "Count", 1)
    metrics.add_metric("ServerErrors", "Count", int(status >= _SERVER_ERROR))
