"""Envelopes and the types that every noun's schemas share."""

import json
import math
import re
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Generic, TypeVar, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError

from aiconnected.kit.emails import InvalidEmail, normal_email
from aiconnected.kit.listing import ListQuery, writable
from aiconnected.kit.paging import MAX_LIMIT, Page
from aiconnected.kit.phone import InvalidPhone, e164
from chalicelib.schemas.strictness import strict

T = TypeVar("T")
S = TypeVar("S")
_JSON_BYTES = 100_000
_KEPT_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # as the tables' checks have it
_JSON_DEPTH = 12


def _writable(text: str) -> str:
    """Refuse what no text of PostgreSQL can hold: NUL, and halves of surrogate pairs."""
    if not writable(text):
        raise ValueError("holds characters that are not text")
    return text


def _json_object(value: dict[str, object]) -> dict[str, object]:
    """Refuse what jsonb cannot hold, and what is too much or too deep to be kept."""
    _walk(value, depth=1)
    if len(json.dumps(value, ensure_ascii=False).encode()) > _JSON_BYTES:
        raise PydanticCustomError(
            "too_long", "This has more than {limit} bytes.", {"limit": _JSON_BYTES}
        )
    return value


def _walk(value: object, *, depth: int) -> None:
    if depth > _JSON_DEPTH:
        raise PydanticCustomError(
            "too_deep", "This is nested deeper than {limit} levels.", {"limit": _JSON_DEPTH}
        )
    if isinstance(value, str):
        _writable(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("less_than", "This number is out of range.")
    elif isinstance(value, dict):
        for key, each in cast("dict[str, object]", value).items():
            _writable(key)
            _walk(each, depth=depth + 1)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            _walk(each, depth=depth + 1)


def _email(text: str) -> str:
    try:
        return normal_email(text)
    except InvalidEmail as exc:
        raise PydanticCustomError("email", "This is not an email address.") from exc


def _e164(text: str) -> str:
    try:
        number = e164(text)
    except InvalidPhone as exc:
        raise PydanticCustomError("phone", "This is not a telephone number.") from exc
    if not _KEPT_NUMBER.fullmatch(number):  # +4912 is possible, and nobody's
        raise PydanticCustomError("phone", "This is not a telephone number.")
    return number


def _told_anywhere(moment: datetime) -> datetime:
    """Refuse the first and the last year there are: in some zones they begin or end outside."""
    if not MINYEAR < moment.year < MAXYEAR:
        raise PydanticCustomError("less_than", "This moment is out of range.")
    return moment


Text = Annotated[str, AfterValidator(_writable)]
Moment = Annotated[AwareDatetime, AfterValidator(_told_anywhere)]
JsonObject = Annotated[dict[str, object], AfterValidator(_json_object)]  # of the caller's own
Email = Annotated[Text, AfterValidator(_email)]
Slug = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Phone = Annotated[Text, Field(min_length=3, max_length=50), AfterValidator(_e164)]
Webpage = Annotated[
    str,
    Field(max_length=500, pattern=r"^https?://[^\s/?#]+[^\s]*$"),
    AfterValidator(_writable),
]


class Given(BaseModel):
    """Base of what callers send: what we do not know is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler, /
    ) -> CoreSchema:
        return strict(handler(source))

    def changes(self) -> dict[str, object]:
        """The fields that were given, for a PATCH; defaults of those that were not mean nothing."""
        return self.model_dump(exclude_unset=True)


class Shown(BaseModel):
    """Base of what is answered, read from the attributes of a service's values."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Meta(BaseModel):
    """Nothing yet: kept for what later concerns an answer and not the resource."""


class Answer(BaseModel, Generic[T]):
    """One resource."""

    data: T
    meta: Meta = Field(default_factory=Meta)


class PageMeta(BaseModel):
    """Where a page lies in its list."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)]
    offset: int
    total: int | None = Field(description="Rows on all pages; null where counting costs too much.")
    next_cursor: str | None = Field(description="Give it as `cursor` for what follows this page.")


class Listing(BaseModel, Generic[T]):
    """One page of many resources."""

    data: list[T]
    meta: PageMeta


def page_meta(page: Page[S], wanted: ListQuery) -> PageMeta:
    """Where `page` lies in the list that was asked for."""
    return PageMeta(
        limit=wanted.limit, offset=wanted.offset, total=page.total, next_cursor=page.after
    )


class MoneyShown(Shown):
    """Millionths of a currency's unit: 1,250,000 micros of USD are $1.25."""

    micros: int
    currency: str


class ErrorDetail(BaseModel):
    """One thing wrong with one field."""

    field: str
    code: str
    message: str


class ErrorBody(BaseModel):
    """What went wrong; `code` is one of the catalogue and never changes its meaning."""

    code: str
    message: str
    details: list[ErrorDetail]
    request_id: str


class ErrorEnvelope(BaseModel):
    """Every answer from 400 up."""

    error: ErrorBody
