"""The composition root: what it wires, and what a cold start does not pay for."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from chalicelib.settings import Settings
from tests.fixtures.web_api import NO_SETTINGS
from tests.unit.architecture.test_settings import documented

pytestmark = pytest.mark.unit

LATER = {"psycopg", "redis", "boto3", "openai", "argon2", "jwt", "phonenumbers", "aws_xray_sdk"}
NOUNS = ("chalicelib.routes.", "chalicelib.jobs.", "chalicelib.schemas.calls")
SCRIPT = """
import json, sys
import app
sources = {
    source.name: getattr(source, "queue", None) or str(source.schedule_expression.to_string())
    for source in app.app.event_sources
}
handlers = sorted(name for name in app.app.handler_map if not name.startswith("/"))
print(json.dumps([sorted(sys.modules), sources, handlers]))
"""

FIRST_REQUEST = """
import json, sys
import app
from infra.local.stack.proxy import Incoming, Routes, event

class Context:
    function_name = function_version = invoked_function_arn = "f"
    memory_limit_in_mb, aws_request_id = 1024, "invocation"

    def get_remaining_time_in_millis(self):
        return 1000

asked = Incoming(method="GET", target="/health", body=b"", headers=())
answer = app.app(event(asked, Routes({"/health": ["GET"]})), Context())
print(json.dumps([answer["statusCode"], sorted(sys.modules)]))
"""


def environment() -> dict[str, str]:
    values = {
        name.upper(): value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        for name, value in NO_SETTINGS
    }
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **values}


def said_by(script: str) -> list[Any]:
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, check=True
    )
    said: list[Any] = json.loads(ran.stdout.splitlines()[-1])
    return said


def test_the_app_wires_its_sources_and_imports_no_client_before_it_is_used() -> None:
    modules, sources, handlers = said_by(SCRIPT)

    assert sources == {
        "document_added": "voice-document-added",
        "call_ended": "voice-call-ended",
        "mail_requested": "voice-mail-requested",
        "webhooks": "voice-webhooks",
        "event_received": "voice-event-received",
        "dispatch_webhooks": "rate(1 minute)",
        "sweep_outbox": "rate(1 minute)",
        "reap_calls": "rate(1 minute)",
        "catch_up": "rate(5 minutes)",
        "keep_house": "rate(1 day)",
        "count_days": "rate(1 hour)",
        "make_callbacks": "rate(1 minute)",
        "make_exports": "rate(1 minute)",
        "purge_tenants": "rate(1 day)",
    }
    assert set(sources) == set(handlers)
    assert LATER & set(modules) == set()
    assert [name for name in modules if name.startswith(NOUNS)] == []


def test_the_first_request_imports_the_routes_of_its_own_noun_alone() -> None:
    status, modules = said_by(FIRST_REQUEST)

    assert status == 200
    assert LATER & set(modules) == set()
    assert [name for name in modules if name.startswith(NOUNS)] == ["chalicelib.routes.health"]


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(ValueError, match="twilio_auth_token"):
        Settings.read({})


def test_urls_of_this_host_are_off_by_default() -> None:
    given = {name: value for name, value in environment().items() if name != "ALLOW_LOCAL_URLS"}

    assert Settings.read(given).allow_local_urls is False


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_a_deployment_does_not_start_with_urls_of_this_host(stage: str) -> None:
    with pytest.raises(ValueError, match="ALLOW_LOCAL_URLS is for STAGE=local alone"):
        Settings.read({**environment(), "STAGE": stage})


def test_secrets_do_not_show_in_what_is_printed() -> None:
    assert "token" not in repr(NO_SETTINGS.twilio_auth_token)
    assert "127.0.0.1:1/none" not in repr(NO_SETTINGS)


def test_every_setting_is_explained() -> None:
    explained = documented()

    assert [name for name in Settings.model_fields if not explained.get(name.upper())] == []
