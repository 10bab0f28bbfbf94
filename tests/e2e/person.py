"""A person at the API: asks over HTTP, as their program would, and reads what came back."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from infra.local.cli.stack_file import User
from tests.e2e.stackfacts import RunningStack, eventually

_MAILED_WITHIN = 30.0  # seconds: a queue, a job and SES
_PATIENCE = aiohttp.ClientTimeout(total=35)  # more than the gateway has
_LINK = re.compile(r"#token=([\w-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: Mapping[str, str]  # by lower-case name
    body: Any
    seconds: float

    @property
    def data(self) -> Any:  # noqa: ANN401 -- JSON
        """`data` of a success."""
        assert 200 <= self.status < 300, self.body
        return self.body["data"]

    @property
    def error(self) -> tuple[int, str]:
        """Status and code of a failure."""
        assert self.status >= 400, self.body
        return self.status, self.body["error"]["code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever asks; without a token, a stranger."""

    stack: RunningStack
    token: str = ""

    async def get(self, path: str) -> Answer:
        """What is at a path below /api/v1."""
        return await self.ask("GET", path)

    async def post(self, path: str, **body: object) -> Answer:
        """Send a body of these fields."""
        return await self.ask("POST", path, body=body)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own."""
        url = f"{self.stack.description.api_url}/api/v1{path}"
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        began = time.monotonic()
        async with (
            aiohttp.ClientSession(headers=signed, timeout=_PATIENCE) as session,
            session.request(method, url, json=body, headers=headers) as answer,
        ):
            text = await answer.text()
            return Answer(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=json.loads(text) if text else None,
                seconds=time.monotonic() - began,
            )


async def signed_in(stack: RunningStack, user: User) -> Person:
    """The user, signed in."""
    stranger = Person(stack=stack)
    session = await stranger.post("/auth/login", email=user.email, password=user.password)
    return Person(stack=stack, token=session.data["access_token"])


async def mailed_token(stack: RunningStack, address: str) -> str:
    """The secret of the link in the mail that LocalStack holds for an address."""
    url = f"{stack.description.aws_endpoint_url}/_aws/ses"

    async def arrived() -> str:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            mails = (await answer.json(content_type=None))["messages"]
        texts = [
            mail["Body"]["text_part"]
            for mail in mails
            if mail["Destination"]["ToAddresses"] == [address]
        ]
        found = _LINK.search(texts[0]) if texts else None
        return found[1] if found else ""

    return await eventually(arrived, within=_MAILED_WITHIN, what=f"a mail to {address}", poll=0.2)
