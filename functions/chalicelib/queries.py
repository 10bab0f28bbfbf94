"""Parameters of the query string that a route does not know: refused, as unknown fields are."""

from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from aiconnected.kit.errors import ErrorCode, FieldError, Invalid
from chalicelib.declared import Declared, Pace
from chalicelib.shaping import FIELDS

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    from aws_lambda_powertools.event_handler.api_gateway import Route

_LONGEST = 100  # of a name that is told back


class UnknownParameters(Invalid):
    """There is no such parameter."""

    code = ErrorCode.VAL_UNKNOWN_FIELD

    def __init__(self, names: Collection[str]) -> None:
        message = type(self).__doc__ or ""
        details = [
            FieldError(field=name[:_LONGEST], code=self.code, message=message)
            for name in sorted(names)
        ]
        super().__init__(details=details)


def check(resolver: "APIGatewayRestResolver", declared: Declared) -> None:
    """Raises `UnknownParameters` with every name that is not of the route being resolved.

    Lists judge theirs themselves. Whoever signs, signs the address too and may add to it (Twilio's
    `bodySHA256`); probes add what keeps their answers fresh.
    """
    event = resolver.current_event
    given = set(event.resolved_query_string_parameters)
    if not given or declared.listable is not None or declared.pace is Pace.FREE:
        return
    route = cast("Route", cast("dict[str, object]", resolver.context)["_route"])
    known = {parameter.alias for parameter in route.dependant.query_params}
    if event.http_method == "GET":
        known.add(FIELDS)  # judged with the answer's own fields
    if given - known:
        raise UnknownParameters(given - known)
