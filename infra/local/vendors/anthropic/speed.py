"""How fast the scripted model speaks, for everybody or for one call."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Speed(BaseModel):
    """Time to the first token, and tokens a second after it (0: as fast as the socket takes)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_token_ms: Annotated[int, Field(ge=0)] = 150
    tokens_per_second: Annotated[float, Field(ge=0)] = 80

    def due(self, number: int) -> float:
        """Return when a token is due, in seconds after the request arrived."""
        spacing = 1 / self.tokens_per_second if self.tokens_per_second else 0.0
        return self.first_token_ms / 1000 + number * spacing


class SpeedOrder(Speed):
    """Body of `POST /speed`; without `call` it sets everybody's speed."""

    call: str | None = None


class Speeds:
    """The general speed and the exceptions from it."""

    def __init__(self, general: Speed) -> None:
        self._general = general
        self._by_call: dict[str, Speed] = {}

    def set(self, order: SpeedOrder) -> None:
        speed = Speed(
            first_token_ms=order.first_token_ms, tokens_per_second=order.tokens_per_second
        )
        if order.call is None:
            self._general = speed
        else:
            self._by_call[order.call] = speed

    def of(self, call: str) -> Speed:
        """Return the speed for a call."""
        return self._by_call.get(call, self._general)
