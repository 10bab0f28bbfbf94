"""Vendor sockets that open and close within bounds; the SDK itself knows no time-outs."""

import asyncio
import contextlib
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, Generic, TypeVar

import httpx
from deepgram import AsyncDeepgramClient
from deepgram.environment import DeepgramClientEnvironment

from realtime.agent.speech.failures import as_failure

_CLOSE = 0.3  # seconds for the closing handshake; the vendor has nothing left to say that we need

S = TypeVar("S")


def deepgram_client(
    *, url: str, ws_url: str, api_key: str, http: httpx.AsyncClient
) -> AsyncDeepgramClient:
    """A client of its own for each call; `http` is shared: a new one blocks the loop 40 ms."""
    environment = DeepgramClientEnvironment(
        base=url, production=ws_url, agent=ws_url, agent_rest=url
    )
    return AsyncDeepgramClient(api_key=api_key, environment=environment, httpx_client=http)


class VendorSocket(Generic[S]):
    """An open socket of the vendor's client and the way to be rid of it."""

    def __init__(self, socket: S, stack: AsyncExitStack) -> None:
        self.socket = socket
        self._stack = stack

    @property
    def usable(self) -> bool:
        """Whether the peer has not closed it."""
        return bool(self._protocol().open)

    async def close(self) -> None:
        """Close politely for a moment, then at once; never raises."""
        try:
            async with asyncio.timeout(_CLOSE):
                await self._stack.aclose()
        except (TimeoutError, OSError):
            if (transport := self._protocol().transport) is not None:
                transport.abort()

    def _protocol(self) -> Any:  # noqa: ANN401 -- the SDK keeps websockets' untyped protocol to itself
        return self.socket._websocket  # type: ignore[attr-defined]  # noqa: SLF001 -- no public access

    async def aclose_quietly(self) -> None:
        """`close` for a socket that may be broken already."""
        with contextlib.suppress(
            Exception
        ):  # a boundary: nothing depends on how a dead socket ends
            await self.close()


async def open_socket(
    connecting: AbstractAsyncContextManager[S],
    *,
    timeout: float,  # noqa: ASYNC109 -- bounds a third party's open, which takes none
) -> VendorSocket[S]:
    """Connect within `timeout` seconds; raises `VendorFailure`."""
    stack = AsyncExitStack()
    with as_failure():
        async with asyncio.timeout(timeout):
            socket = await stack.enter_async_context(connecting)
    return VendorSocket(socket, stack)
