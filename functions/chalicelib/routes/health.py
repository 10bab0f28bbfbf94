"""Whether the control plane runs, and whether it can work."""

from typing import Literal

from aws_lambda_powertools.event_handler import Request
from pydantic import BaseModel

from chalicelib.routing import Access, Pace, Routes, exchange_of
from chalicelib.schemas.envelopes import Answer

routes = Routes("health")


class Alive(BaseModel):
    """The function runs."""

    status: Literal["ok"] = "ok"


class Ready(Alive):
    """The database answers and has the schema that the code needs."""

    schema_revision: str


@routes.get("/api/v1/health", access=Access.PUBLIC, summary="Whether the API runs", pace=Pace.FREE)
@routes.get(
    "/health",
    access=Access.PUBLIC,
    summary="Alias of /api/v1/health",
    listed=False,
    pace=Pace.FREE,
)
def health() -> Alive:
    return Alive()


@routes.get("/api/v1/readiness", access=Access.PUBLIC, summary="Whether the API can work")
@routes.get(
    "/health/ready",
    access=Access.PUBLIC,
    summary="Alias of /api/v1/readiness",
    listed=False,
)
def readiness(request: Request) -> Answer[Ready]:
    revision = exchange_of(request).services.schema.check()
    return Answer(data=Ready(schema_revision=revision))
