"""`stack.json`: what a client needs to know of a running stack (schema in `infra/local/schemas`)."""

import base64
import json
import os
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from infra.local.seed.seed import Seeded
from infra.local.stack.environment import ACCOUNT_SID, Environment
from infra.local.stack.services import VENDORS

_API_VERSION = "2010-04-01"
_VOICE = "/api/v1/webhooks/twilio/voice"
_STATUS = "/api/v1/webhooks/twilio/status"


def connect_numbers(environment: Environment, numbers: Sequence[Mapping[str, str]]) -> None:
    """Buy the seeded numbers at the carrier and point their webhooks at our API."""
    api = environment.origin("api")
    for number in numbers:
        _post(
            environment,
            "IncomingPhoneNumbers.json",
            {
                "PhoneNumber": number["number"],
                "VoiceUrl": api + _VOICE,
                "StatusCallback": api + _STATUS,
            },
        )


def _post(environment: Environment, resource: str, form: Mapping[str, str]) -> None:
    origin = environment.origin("twilio")
    request = urllib.request.Request(  # noqa: S310 -- loopback
        f"{origin}/{_API_VERSION}/Accounts/{ACCOUNT_SID}/{resource}",
        data=urllib.parse.urlencode(form).encode(),
        headers={"Authorization": f"Basic {_basic(environment)}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 -- loopback
        response.read()


def _basic(environment: Environment) -> str:
    return base64.b64encode(f"{ACCOUNT_SID}:{environment.secrets.twilio}".encode()).decode()


def describe(environment: Environment, seeded: Seeded) -> dict[str, Any]:
    """The description of a running stack."""
    product = environment.product()
    return {
        "api_url": product["PUBLIC_API_URL"],
        "realtime_url": environment.origin("realtime"),
        "twilio_ws_url": environment.origin("twilio", scheme="ws") + "/phone",
        "database_url": environment.dsn("postgres"),
        "redis_url": product["REDIS_URL"],
        "aws_endpoint_url": product["AWS_ENDPOINT_URL"],
        "supervisor_url": environment.origin("supervisor"),
        "users": [asdict(user) for user in seeded.users],
        "numbers": list(seeded.numbers),
        "twilio": {"account_sid": ACCOUNT_SID, "auth_token": environment.secrets.twilio},
        "vendors": {
            name: {"url": environment.origin(name), "control_url": environment.origin(name)}
            for name in VENDORS
        },
    }


def write(environment: Environment, content: Mapping[str, Any]) -> None:
    """Write it whole or not at all, for its owner's eyes only: it holds the demo logins."""
    path = environment.layout.description
    part = path.with_suffix(".part")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as file:
        json.dump(content, file, indent=2)
    part.replace(path)
