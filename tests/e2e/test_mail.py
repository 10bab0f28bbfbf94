"""From a sign-up to the mailbox and back: the queue, the job and SES between them."""

import asyncio
import json
import re
import secrets
import time
from typing import Any

import aiohttp
import pytest

from tests.e2e.stackfacts import RunningStack

pytestmark = pytest.mark.e2e

_WITHIN = 15.0  # seconds in which a mail must have left
_PASSWORD = "a lantern for the seven owls"


async def asked(
    stack: RunningStack, path: str, body: dict[str, object] | None = None, token: str = ""
) -> tuple[int, Any]:
    """Status and content of the control plane's answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{stack.description.api_url}/api/v1{path}"
    method = "GET" if body is None else "POST"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, json=body) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text) if text else None


async def mail_to(stack: RunningStack, address: str) -> dict[str, Any]:
    """The first mail in LocalStack's mailbox for an address."""
    url = f"{stack.description.aws_endpoint_url}/_aws/ses"
    deadline = time.monotonic() + _WITHIN
    while time.monotonic() < deadline:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            for mail in (await answer.json(content_type=None))["messages"]:
                if mail["Destination"]["ToAddresses"] == [address]:
                    return mail
        await asyncio.sleep(0.1)
    pytest.fail(f"no mail to {address}")


async def test_an_agency_signs_up_by_the_mail_that_arrives(stack: RunningStack) -> None:
    address = f"bea-{secrets.token_hex(4)}@bluebird.example"
    sign_up = {"agency_name": "Bluebird Voice", "email": address, "password": _PASSWORD}
    login: dict[str, object] = {"email": address, "password": _PASSWORD}

    status, _ = await asked(stack, "/auth/sign-up", {**sign_up})
    assert status == 202
    mail = await mail_to(stack, address)
    assert (await asked(stack, "/auth/login", login))[0] == 403
    link = re.search(r"#token=([\w-]+)", mail["Body"]["text_part"])
    assert link is not None
    assert (await asked(stack, "/auth/email/verify", {"token": link[1]}))[0] == 204

    status, answer = await asked(stack, "/auth/login", login)
    assert status == 200
    _, me = await asked(stack, "/auth/me", token=answer["data"]["access_token"])
    assert (me["data"]["email"], me["data"]["role"]) == (address, "agency_admin")


async def test_a_credential_is_sealed_by_the_stacks_own_key(stack: RunningStack) -> None:
    admin = next(user for user in stack.description.users if user.role == "agency_admin")
    login: dict[str, object] = {"email": admin.email, "password": admin.password}
    _, answer = await asked(stack, "/auth/login", login)
    name = f"main {secrets.token_hex(4)}"
    credential: dict[str, object] = {
        "provider": "anthropic",
        "name": name,
        "secret": "sk-the-most-secret-of-keys-9x4Z",
    }

    status, kept = await asked(
        stack, "/credentials", credential, token=answer["data"]["access_token"]
    )

    assert (status, kept["data"]["hint"]) == (201, "9x4Z")
    [row] = await stack.rows(
        "SELECT sealed FROM provider_credentials WHERE name = %(name)s", name=name
    )
    assert b"most-secret" not in bytes(row["sealed"])
