"""A request as it came in, before anything is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from aiconnected.auth.models import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """API Gateway's event, in the parts that the gates before every route look at."""

    event: Mapping[str, Any]
    method: str
    resource: str  # the path's template
    headers: Mapping[str, str]  # by lower-case name
    client: Client

    @classmethod
    def read(cls, event: Mapping[str, Any], context: LambdaContext) -> Self:
        """The request of an event."""
        where = event["requestContext"]
        given = cast("dict[str, str]", event["headers"] or {})
        headers = {name.lower(): value for name, value in given.items()}
        identity = cast("dict[str, str]", where.get("identity") or {})
        return cls(
            event=event,
            method=where["httpMethod"],
            resource=where["resourcePath"],
            headers=headers,
            client=Client(
                ip=identity.get("sourceIp"),
                user_agent=headers.get("user-agent"),
                request_id=str(where.get("requestId") or context.aws_request_id),
            ),
        )

    @property
    def route(self) -> tuple[str, str]:
        """Method and path of the route that it is for."""
        return self.method, self.resource

    def header(self, name: str) -> str:
        """A header's value without blanks around it, or nothing."""
        return self.headers.get(name, "").strip()
