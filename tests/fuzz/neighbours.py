"""Right requests to routes that need more than a row: a carrier, a live call, a file."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from aiconnected.contracts.commands import Ack, Command
from tests.fakes.objects import MemoryObjects
from tests.fixtures.live_owner import make_live, owner
from tests.fixtures.voice import SettableClock
from tests.fixtures.web_api import (
    PASSWORD,
    STRIPE_SECRET,
    Answer,
    ControlPlane,
    services_for_tests,
)
from tests.fixtures.world import NOW, Place
from tests.fixtures.world_ground import Ground

Route = tuple[str, str]
CALLER = "+14155550123"
_NUMBERS = "/api/v1/phone-numbers"
_IMPORTS = "/api/v1/agencies/{agency_id}/imports"
_DOCUMENTS = "/api/v1/knowledge-bases/{knowledge_base_id}/documents"
_TWILIO = "/api/v1/webhooks/twilio"
_NOON = timedelta(hours=2)  # after the settable clock's start, in New York
_FORM = "multipart/form-data; boundary=b"
_FILE = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="hours.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nWe open at eight.\r\n--b--\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A client without rows, and the platform's administrator who asks."""

    ground: Ground
    plane: ControlPlane
    place: Place

    def filled(self, path: str) -> str:
        """A path whose parameters name the client's rows."""
        return self.ground.world.filled(path, self.place)

    def post(self, path: str, **body: object) -> Answer:
        """The answer to a right request, which another is made from."""
        return self.plane.request("POST", path, json_body=body)

    def number(self, **more: object) -> dict[str, Any]:
        """A number that the carrier has sold to the client."""
        offered = self.plane.get(_NUMBERS + "/available", limit="1").data
        given = {"number": offered[0]["number"], "tenant_id": str(self.place.tenant_id)}
        bought: dict[str, Any] = self.post(_NUMBERS, **given, **more).data
        return bought

    def agent(self) -> str:
        """An agent that answers."""
        self.ground.world.add(
            "greetings", self.place, kind="open", content="Hello, how can I help you?"
        )
        agent_id = str(self.ground.world.id("agents", self.place))
        assert self.post(f"/api/v1/agents/{agent_id}/publish").status == 200
        return agent_id

    def signed_in(self) -> ControlPlane:
        """Somebody of the client's, by their password."""
        email = f"dana-{self.place.tenant_id}@brightwater.example"
        self.ground.world.add(
            "users",
            self.place,
            email=email,
            password_hash=self.plane.services.passwords.hash(PASSWORD),
        )
        asked = ControlPlane(services=self.plane.services)
        login = {"email": email, "password": PASSWORD}
        answer = asked.request("POST", "/api/v1/auth/login", json_body=login)
        asked.token = answer.data["access_token"]
        return asked


def change_password(scene: Scene) -> Answer:
    body = {"current_password": PASSWORD, "password": "an altogether different sentence"}
    return scene.signed_in().request("POST", "/api/v1/auth/password/change", json_body=body)


def end_session(scene: Scene) -> Answer:
    asked = scene.signed_in()
    (session,) = asked.get("/api/v1/auth/sessions").data
    return asked.request("DELETE", f"/api/v1/auth/sessions/{session['id']}")


def buy_number(scene: Scene) -> Answer:
    (offered,) = scene.plane.get(_NUMBERS + "/available", limit="1").data
    return scene.post(_NUMBERS, number=offered["number"], tenant_id=str(scene.place.tenant_id))


def release_number(scene: Scene) -> Answer:
    number = scene.number()
    headers = {"X-Confirm-Release": number["number"]}
    return scene.plane.request("DELETE", f"{_NUMBERS}/{number['id']}", headers=headers)


def call_out(scene: Scene) -> Answer:
    """At a time of day when people may be called."""
    agent_id = scene.agent()
    number = scene.number(agent_id=agent_id)
    given = scene.plane.services
    services = services_for_tests(given.settings)
    services.clock = SettableClock()
    services.clock.move(_NOON)
    services.database, services.redis = given.database, given.redis
    services.access_tokens = given.access_tokens
    asked = ControlPlane(
        services=services, token=scene.plane.token, support_grant=scene.plane.support_grant
    )
    body = {
        "agent_id": agent_id,
        "tenant_id": str(scene.place.tenant_id),
        "from_number": number["number"],
        "to_number": "+12125550142",
    }
    return asked.request("POST", "/api/v1/calls/outbound", json_body=body)


def command(deed: str, scene: Scene) -> Answer:
    """The answer once the call's owner has said that it is done."""

    async def obey(command: Command) -> Ack:
        return Ack(id=command.id, ok=True)

    call_id = scene.ground.world.add(
        "calls", scene.place, status="in_progress", state="conversing", ended_at=None
    )
    assert scene.place.tenant_id is not None
    make_live(scene.plane.services.redis, tenant_id=scene.place.tenant_id, call_id=call_id)
    body = {"target_number": "+12125550143"} if deed == "transfer" else {}
    with owner(scene.ground.redis_url, obey):
        return scene.post(f"/api/v1/calls/{call_id}/{deed}", **body)


def add_file(scene: Scene) -> Answer:
    path = scene.filled(_DOCUMENTS + "/files")
    return scene.plane.request("POST", path, body=_FILE, headers={"Content-Type": _FORM})


def complete_upload(scene: Scene) -> Answer:
    content, objects = b"We open at eight.", scene.plane.services.objects
    assert isinstance(objects, MemoryObjects)
    path = scene.filled(_DOCUMENTS)
    made = scene.post(path + "/uploads", filename="hours.txt", size_bytes=len(content)).data
    key = made["upload"]["url"].partition("/documents/")[2].partition("?")[0]
    objects.kept[key] = (content, "text/plain")
    return scene.post(f"{path}/{made['document']['id']}/complete")


def complete_import(scene: Scene) -> Answer:
    content, objects = b"as long as an empty ZIP", scene.plane.services.objects
    assert isinstance(objects, MemoryObjects)
    path = scene.filled(_IMPORTS)
    made = scene.post(path, size_bytes=len(content)).data
    key = made["upload"]["url"].partition("/recordings/")[2].partition("?")[0]
    objects.kept[key] = (content, "application/zip")
    return scene.post(f"{path}/{made['announced']['id']}/complete")


def stripe_event(scene: Scene) -> Answer:
    event = {
        "id": f"evt_{scene.place.tenant_id}",
        "object": "event",
        "type": "product.created",
        "created": int(NOW.timestamp()),
        "livemode": False,
        "data": {"object": {"id": "prod_1", "object": "product"}},
    }
    body, at = json.dumps(event).encode(), int(time.time())
    signed = hmac.new(STRIPE_SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={at},v1={signed}", "Content-Type": "application/json"}
    return scene.plane.request("POST", "/api/v1/webhooks/stripe", body=body, headers=headers)


def twilio_event(name: str, scene: Scene) -> Answer:
    """What the carrier sends while a call to the client goes on."""
    number = scene.number(agent_id=scene.agent())
    sid = "CA" + hashlib.md5(str(scene.place.tenant_id).encode()).hexdigest()  # noqa: S324 -- a name
    fields = {"CallSid": sid, "From": CALLER, "To": number["number"]}
    if name == "voice":
        return scene.plane.twilio(f"{_TWILIO}/voice", **fields, CallStatus="ringing")
    assert scene.plane.twilio(f"{_TWILIO}/voice", **fields, CallStatus="ringing").status == 200
    status = "completed" if name == "status" else "in-progress"
    return scene.plane.twilio(f"{_TWILIO}/{name}", **fields, CallStatus=status)


DEEDS: dict[Route, Callable[[Scene], Answer]] = {
    ("POST", "/api/v1/auth/password/change"): change_password,
    ("DELETE", "/api/v1/auth/sessions/{session_id}"): end_session,
    ("POST", _NUMBERS): buy_number,
    ("POST", _IMPORTS + "/{import_id}/complete"): complete_import,
    ("DELETE", _NUMBERS + "/{phone_number_id}"): release_number,
    ("POST", "/api/v1/calls/outbound"): call_out,
    **{
        ("POST", f"/api/v1/calls/{{call_id}}/{deed}"): partial(command, deed)
        for deed in ("hangup", "hold", "resume", "transfer")
    },
    ("POST", _DOCUMENTS + "/files"): add_file,
    ("POST", _DOCUMENTS + "/{document_id}/complete"): complete_upload,
    ("POST", "/api/v1/webhooks/stripe"): stripe_event,
    **{
        ("POST", f"{_TWILIO}/{name}"): partial(twilio_event, name)
        for name in ("after", "outbound", "status", "voice")
    },
}
