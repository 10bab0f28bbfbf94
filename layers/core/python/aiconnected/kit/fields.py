"""Fields of lists: what their values are, how they compare, and how a query string says them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

from aiconnected.kit.errors import ErrorCode

MAX_VALUES = 50  # of one `in`
MAX_TEXT = 255

Value = str | int | Decimal | bool | datetime | UUID


class Operator(StrEnum):
    """How a field is compared: `field[operator]=value`; plain `field=value` is `eq`."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NIN = "nin"
    CONTAINS = "contains"
    STARTS = "starts"
    NULL = "null"


class Kind(StrEnum):
    """What a field's values are."""

    TEXT = "text"
    PHONE = "phone"
    WORD = "word"  # one of a fixed set
    NUMBER = "number"
    MOMENT = "moment"
    ID = "id"
    FLAG = "flag"


_SAME = (Operator.EQ, Operator.NE, Operator.IN, Operator.NIN)
_ORDER = (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)
_PARTS = (Operator.CONTAINS, Operator.STARTS)
_OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: (*_SAME, *_PARTS),
    Kind.PHONE: (*_SAME, *_PARTS),
    Kind.WORD: _SAME,
    Kind.NUMBER: (*_SAME, *_ORDER),
    Kind.MOMENT: (*_SAME, *_ORDER),
    Kind.ID: _SAME,
    Kind.FLAG: (Operator.EQ, Operator.NE),
}


_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
_FRACTIONS = ("numeric", "real", "double precision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a list. `column` is SQL, `type` the column's PostgreSQL type."""

    name: str
    kind: Kind
    column: str
    type: str
    nullable: bool = False
    filters: bool = True
    sorts: bool = False
    choices: tuple[str, ...] = ()
    attribute: str = ""  # of the row, where it is not `name`

    def __post_init__(self) -> None:
        if self.kind is Kind.NUMBER and self.type not in {*_BITS, *_FRACTIONS}:
            raise ValueError(f"{self.name}: {self.type} is no type of numbers that is known here")

    @property
    def operators(self) -> tuple[Operator, ...]:
        """What it can be compared by."""
        return (*_OPERATORS[self.kind], Operator.NULL) if self.nullable else _OPERATORS[self.kind]

    def value_of(self, row: object) -> object:
        """The field of a row, for the cursor that follows it."""
        return getattr(row, self.attribute or self.name)


class Unreadable(ValueError):
    """A value is not one of its field."""

    def __init__(self, message: str, code: ErrorCode) -> None:
        super().__init__(message)
        self.message, self.code = message, code


def writable(text: str) -> bool:
    """Whether a text of PostgreSQL can hold it: no NUL, no halves of surrogate pairs."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def compared(field: Field, text: str, *, operator: Operator) -> Value | tuple[Value, ...]:
    """What `field[operator]=text` compares with; raises `Unreadable`."""
    if operator is Operator.NULL:
        return _flag(text)
    if operator in {Operator.IN, Operator.NIN}:
        parts = text.split(",")
        if len(parts) > MAX_VALUES:
            raise Unreadable(f"At most {MAX_VALUES} values.", ErrorCode.VAL_TOO_LONG)
        return tuple(_short(field, part) for part in parts)
    if operator in _PARTS:
        return _words(_bounded(_signed(field, text)))
    return _short(field, text)


def value_of(field: Field, text: str) -> Value:
    """A value of the field; raises `Unreadable`."""
    if field.choices and text not in field.choices:
        known = ", ".join(field.choices)
        raise Unreadable(f"{field.name} is one of {known}.", ErrorCode.VAL_INVALID_ENUM)
    value = _PARSERS[field.kind](_signed(field, text))
    if isinstance(value, Decimal) and (bits := _BITS.get(field.type)):
        if value != value.to_integral_value():
            raise Unreadable("This is not a whole number.", ErrorCode.VAL_INVALID_TYPE)
        if not -(1 << bits) <= value < (1 << bits):
            raise Unreadable("This number is out of range.", ErrorCode.VAL_OUT_OF_RANGE)
    return value


def _short(field: Field, text: str) -> Value:
    return value_of(field, _bounded(text))


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise Unreadable(f"At most {MAX_TEXT} characters.", ErrorCode.VAL_TOO_LONG)
    return text


def _signed(field: Field, text: str) -> str:
    """A plus sign that was not escaped arrives as a space (PRD 16.2 writes `[starts]=+1`)."""
    return "+" + text[1:] if field.kind is Kind.PHONE and text.startswith(" ") else text


def _words(text: str) -> str:
    if not writable(text):
        raise Unreadable("This is not text.", ErrorCode.VAL_INVALID_FORMAT)
    return text


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as exc:
        raise Unreadable("This is not a number.", ErrorCode.VAL_INVALID_TYPE) from exc
    if not number.is_finite() or abs(number.adjusted()) > 18:  # noqa: PLR2004 -- digits of a bigint
        raise Unreadable("This number is out of range.", ErrorCode.VAL_OUT_OF_RANGE)
    return number


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # as in _signed
    except ValueError as exc:
        raise Unreadable("This is not an ISO 8601 time.", ErrorCode.VAL_INVALID_FORMAT) from exc
    if moment.tzinfo is None:
        raise Unreadable("A time needs its zone, such as Z.", ErrorCode.VAL_INVALID_FORMAT)
    try:
        return moment.astimezone(UTC)  # PostgreSQL takes offsets up to 16 hours only
    except OverflowError as exc:
        raise Unreadable("This time is out of range.", ErrorCode.VAL_OUT_OF_RANGE) from exc


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as exc:
        raise Unreadable("This is not a UUID.", ErrorCode.VAL_INVALID_UUID) from exc


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise Unreadable("This is true or false.", ErrorCode.VAL_INVALID_TYPE)
    return text == "true"


_PARSERS: dict[Kind, Callable[[str], Value]] = {
    Kind.TEXT: _words,
    Kind.PHONE: _words,
    Kind.WORD: _words,
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
    Kind.ID: _id,
    Kind.FLAG: _flag,
}
