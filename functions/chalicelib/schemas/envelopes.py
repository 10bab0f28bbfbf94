"""Envelopes and the types that every noun's schemas share."""

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from aiconnected.kit.paging import MAX_LIMIT, Page

T = TypeVar("T")
S = TypeVar("S")


def _writable(text: str) -> str:
    """Refuse what no text of PostgreSQL can hold: NUL, and halves of surrogate pairs."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds characters that are not text")
    return text


Text = Annotated[str, AfterValidator(_writable)]


class Given(BaseModel):
    """Base of what callers send: what we do not know is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


def page_meta(page: Page[S], *, limit: int, offset: int) -> PageMeta:
    """Where `page` lies."""
    cursor = page.next_cursor.encode() if page.next_cursor else None
    return PageMeta(limit=limit, offset=offset, total=page.total, next_cursor=cursor)


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
