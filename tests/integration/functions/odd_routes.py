"""Routes of no noun, to try the conventions of every request on."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from aws_lambda_powertools.event_handler import Request
from pydantic import BaseModel

from aiconnected.auth.permissions import Permission
from aiconnected.kit.errors import NotFound
from aiconnected.kit.ids import new_id
from chalicelib.declared import Deprecation
from chalicelib.routing import Access, Pace, Routes, asked, tag
from chalicelib.schemas.envelopes import Answer, Given, Listing, PageMeta, Shown, Text

PERSONAL = "+14155550123 said something"
DEPRECATED = Deprecation(
    since=date(2026, 1, 1), sunset=date(2026, 12, 31), successor="/api/v2/things"
)


class ThingGiven(Given):
    """A body to send."""

    name: Text
    size: int


class ThingShown(Shown):
    """A thing."""

    id: UUID
    name: str
    size: int
    updated_at: datetime


@dataclass(slots=True)
class Deeds:
    """What the routes have done."""

    made: list[str] = field(default_factory=list[str])
    fail_with: Exception | None = None


DEEDS = Deeds()
CHANGED_AT = datetime(2026, 11, 21, tzinfo=UTC)
ONE = ThingShown(id=UUID(int=1), name="one", size=1, updated_at=CHANGED_AT)
TWO = ThingShown(id=UUID(int=2), name="two ☃", size=2, updated_at=CHANGED_AT)
routes = Routes("odd")


@routes.get("/bug", access=Access.PUBLIC, summary="Fails")
def bug() -> Answer[str]:
    raise ZeroDivisionError(PERSONAL)


@routes.get("/liar", access=Access.PUBLIC, summary="Answers what it does not promise")
def liar() -> Answer[int]:
    return {"data": "not a number"}  # type: ignore[return-value] -- what is tested


@routes.post("/guess", access=Access.PUBLIC, summary="Something that could be guessed")
def guess() -> Answer[str]:
    return Answer(data="wrong")


@routes.post("/signed", access=Access.PUBLIC, summary="Of a sender who signs", pace=Pace.FREE)
def signed() -> Answer[str]:
    return Answer(data="ok")


@routes.post("/things", access=Access.SIGNED_IN, summary="Takes a thing", status=201)
def add_thing(body: ThingGiven, request: Request) -> Answer[str]:
    _, principal = asked(request)
    if DEEDS.fail_with is not None:
        raise DEEDS.fail_with
    DEEDS.made.append(body.name)
    return Answer(data=f"{body.name} of {principal.role}, {new_id()}")


@routes.get("/things", access=Access.SIGNED_IN, summary="Lists things", deprecated=DEPRECATED)
def list_things() -> Listing[ThingShown]:
    meta = PageMeta(limit=50, offset=0, total=2, next_cursor=None)
    return Listing(data=[ONE, TWO], meta=meta)


@routes.get("/things/{thing_id}", access=Access.SIGNED_IN, summary="Gets a thing")
def get_thing(thing_id: UUID, request: Request) -> Answer[ThingShown]:
    if thing_id != ONE.id:
        raise NotFound
    tag(request, ONE)
    return Answer(data=ONE)


class Other(BaseModel):
    """No envelope."""

    status: str = "ok"


@routes.get("/others", access=Access.SIGNED_IN, summary="Answers without an envelope")
def others() -> Other:
    return Other()


@routes.get("/bills", access=Permission.BILLING_VIEW, summary="Needs a permission")
def bills() -> Answer[str]:
    return Answer(data="bills")
