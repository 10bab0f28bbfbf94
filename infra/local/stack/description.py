"""`stack.json`: what a client needs to know of a running stack (`infra/local/schemas`)."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from infra.local.seed.seed import Seeded
from infra.local.stack.carrier import CarrierAccount
from infra.local.stack.environment import ACCOUNT_SID, Environment
from infra.local.stack.services import VENDORS


def connect_numbers(environment: Environment, numbers: Sequence[Mapping[str, str]]) -> None:
    """Buy the seeded numbers at the carrier and point their webhooks at our API."""
    account = CarrierAccount(
        origin=environment.origin("twilio"),
        account_sid=ACCOUNT_SID,
        auth_token=environment.secrets.twilio,
    )
    for number in numbers:
        account.connect(number["number"], api_url=environment.origin("api"))


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
