"""The zips as they are deployed: whole, the same each time, and at work in a bare interpreter."""

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import psycopg
import pytest
from twilio.request_validator import RequestValidator

from aiconnected.calls.models import CallTicket, Carrier
from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.facts import CallEnded
from chalicelib.settings import Settings
from infra.local.stack import proxy
from infra.package import build
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.voice import Core, Practice
from tests.fixtures.web_api import NO_SETTINGS, ORIGIN, TWILIO_TOKEN

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

# In Lambda's own runtime, beside the layers.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")
UNCHECKED_HASH = 0b01  # PEP 552
HOST = """
import json, sys, time

sys.path[:0] = json.loads(sys.argv[1])
import app


class Context:
    function_name = function_version = invoked_function_arn = "f"
    memory_limit_in_mb, aws_request_id = 1024, "invocation"

    def get_remaining_time_in_millis(self):
        return 1000


handler = getattr(app, sys.argv[2])
answer = handler(json.load(sys.stdin), Context())
print("\\n" + json.dumps([answer, sorted(sys.modules)]))
"""


class Deployed:
    """The zips unpacked as Lambda unpacks them."""

    def __init__(self, folder: Path) -> None:
        self.task, self.opt, self.runtime = (folder / name for name in ("task", "opt", "runtime"))
        self.runtime.mkdir()
        for name in RUNTIME:
            spec = find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            origin = Path(spec.origin)
            found = origin.parent if origin.name == "__init__.py" else origin
            (self.runtime / found.name).symlink_to(found)

    def invoke(
        self, handler: str, event: object, *, settings: Mapping[str, str], runtime: bool = True
    ) -> tuple[Any, set[str]]:
        """The answer of a fresh container, and the modules it has imported."""
        paths = [str(self.task), str(self.opt / "python")]
        paths += [str(self.runtime)] if runtime else []
        done = subprocess.run(
            # Isolated, without site-packages: nothing but the standard library and `paths`.
            [sys.executable, "-I", "-S", "-c", HOST, json.dumps(paths), handler],
            input=json.dumps(event).encode(),
            env={"PATH": os.environ["PATH"], **settings},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        answer, modules = json.loads(done.stdout.splitlines()[-1])
        return answer, set(modules)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The app and both layers, built and unpacked."""
    out = tmp_path_factory.mktemp("package")
    made = Deployed(tmp_path_factory.mktemp("deployed"))
    for zipped, folder in (
        (build.functions(out), made.task),
        (build.core_layer(out), made.opt),
        (build.vendor_layer(out), made.opt),
    ):
        with zipfile.ZipFile(zipped) as archive:
            archive.extractall(folder)
    return made


@pytest.fixture
def settings(database_urls: DatabaseUrls, redis_url: str) -> dict[str, str]:
    """Environment of a function."""
    values = {name: _plain(getattr(NO_SETTINGS, name)) for name in Settings.model_fields}
    values |= {
        "database_url_app": database_urls.app,
        "database_url_platform": database_urls.platform,
        "redis_url": redis_url,
    }
    return {name.upper(): value for name, value in values.items()}


def _plain(value: Any) -> str:  # noqa: ANN401 -- a string or a secret one
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)


@pytest.fixture
def secrets_manager() -> Iterator[str]:
    """A Secrets Manager that knows one secret; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            keys = {"current": "k1", "keys": {"k1": "k" * 32}}
            body = json.dumps({"Name": "keys", "SecretString": json.dumps(keys)}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def request(method: str, path: str, *, body: bytes = b"", **headers: str) -> dict[str, Any]:
    incoming = proxy.Incoming(
        method=method,
        target=path,
        body=body,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )
    made = proxy.event(incoming, proxy.Routes({path: [method]}))
    assert made is not None
    return made


def test_health_is_answered_from_the_zips_alone(
    deployed: Deployed, settings: dict[str, str]
) -> None:
    answer, modules = deployed.invoke(
        "app", request("GET", "/health"), settings=settings, runtime=False
    )

    assert (answer["statusCode"], answer["body"]) == (200, '{"status":"ok"}')
    assert not {"psycopg", "redis", "boto3", "openai"} & modules


def test_the_docs_are_in_the_zips(deployed: Deployed, settings: dict[str, str]) -> None:
    answer, _ = deployed.invoke("app", request("GET", "/docs"), settings=settings)

    assert (answer["statusCode"], "SwaggerUIBundle" in answer["body"]) == (200, True)


def test_the_database_is_reached_with_the_layers_driver(
    deployed: Deployed, settings: dict[str, str]
) -> None:
    answer, _ = deployed.invoke(
        "app", request("GET", "/api/v1/readiness"), settings=settings, runtime=False
    )

    assert answer["statusCode"] == 200, answer["body"]


def test_a_call_is_answered_with_keys_from_secrets_manager(
    deployed: Deployed, settings: dict[str, str], practice: Practice, secrets_manager: str
) -> None:
    path = "/api/v1/webhooks/twilio/voice"
    fields = {"CallSid": "CA" + "0" * 32, "From": "+14155550123", "To": practice.number}
    aws = {
        "AWS_ENDPOINT_URL": secrets_manager,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }

    answer, _ = deployed.invoke(
        "app",
        request(
            "POST",
            path,
            body=urlencode(fields).encode(),
            X_Twilio_Signature=RequestValidator(TWILIO_TOKEN).compute_signature(
                ORIGIN + path, fields
            ),
        ),
        settings=settings | aws,
    )

    document = ET.fromstring(answer["body"])  # noqa: S314 -- our own
    assert document.find("Connect/Stream/Parameter") is not None, answer["body"]


def test_an_ended_call_is_finalised_by_an_sqs_event(
    deployed: Deployed,
    settings: dict[str, str],
    core: Core,
    practice: Practice,
    database_urls: DatabaseUrls,
) -> None:
    ticket = core.calls.open(Carrier.TWILIO, "CA1", from_="+14155550123", to=practice.number)
    assert isinstance(ticket, CallTicket)
    now = datetime.now(UTC)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "UPDATE calls SET status = 'completed', state = 'ended', ended_at = now(),"
            " duration_ms = 0"
        )
    message = Envelope.of(
        CallEnded(outcome="completed", reason="caller_hung_up", ended_at=now),
        at=now,
        agency_id=ticket.agency_id,
        tenant_id=ticket.tenant_id,
        call_id=ticket.call_id,
    )
    record = {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": message.model_dump_json(),
        "attributes": {},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:voice-call-ended",
        "awsRegion": "us-east-1",
    }
    event = {"Records": [record, record | {"messageId": "m2", "body": "not a message"}]}

    answer, _ = deployed.invoke("call_ended", event, settings=settings, runtime=False)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT finalised_at IS NOT NULL FROM calls").fetchone()
    assert row == (True,)


def test_every_source_has_bytecode_that_is_never_checked(deployed: Deployed) -> None:
    for folder in (deployed.task, deployed.opt / "python"):
        sources = list(folder.rglob("*.py"))
        assert sources
        for source in sources:
            compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-311.pyc"
            assert compiled.read_bytes()[4] == UNCHECKED_HASH, source


def test_the_same_sources_make_the_same_zips(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for make in (build.functions, build.core_layer):
        assert make(first).read_bytes() == make(second).read_bytes()


def test_the_layers_fit_into_lambda(deployed: Deployed) -> None:
    size = sum(
        path.stat().st_size
        for folder in (deployed.task, deployed.opt)
        for path in folder.rglob("*")
        if path.is_file()
    )

    assert size < 250 * 1024 * 1024  # Lambda's quota for code and layers, unpacked
