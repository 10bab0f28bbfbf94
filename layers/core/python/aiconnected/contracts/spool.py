"""One line of a call's spool file: a fact with its place and its writer."""

import logging
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aiconnected.contracts.envelope import Envelope

logger = logging.getLogger(__name__)


class SpoolLine(BaseModel):
    """`{seq, owner, envelope}`: (call_id, seq, at) is what makes a replay harmless."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    seq: Annotated[int, Field(ge=0)]  # position in the spool, from 0
    owner: str
    envelope: Envelope

    def encode(self) -> bytes:
        """The line with its newline: UTF-8 JSON, in which a newline is always escaped."""
        return self.model_dump_json().encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> "SpoolLine | None":
        """The line, or None when it is torn: without its newline, or no longer JSON."""
        if not line.endswith(b"\n"):
            return None
        try:
            return cls.model_validate_json(line)
        except ValidationError:
            return None


def decode_all(lines: Iterable[bytes]) -> Iterator[SpoolLine]:
    """Every whole line, in order; a torn one (a host that died while writing) is logged and left.

    What follows a torn line is read all the same: a disk full for a moment tears one in the middle.
    """
    for number, line in enumerate(lines):
        decoded = SpoolLine.decode(line)
        if decoded is None:
            logger.warning("spool line torn", extra={"line": number, "bytes": len(line)})
        else:
            yield decoded
