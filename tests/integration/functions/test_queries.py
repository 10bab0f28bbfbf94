"""Parameters of the query string that a route does not know."""

import pytest

from aiconnected.users.models import UserRole
from chalicelib.declared import Declared, Pace
from chalicelib.routes import GROUPS
from tests.fixtures.world_ground import Ground
from tests.integration.functions.bodies import body_of

pytestmark = pytest.mark.integration

Route = tuple[str, str]
ROUTES: dict[Route, Declared] = {r: d for group in GROUPS for r, d in group.declared.items()}
FREE = [route for route, declared in ROUTES.items() if declared.pace is Pace.FREE]
FILE = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="hours.txt"\r\n\r\n'
    b"We open at eight.\r\n--b--\r\n"
)


@pytest.mark.parametrize("route", [each for each in ROUTES if each not in FREE], ids=" ".join)
def test_a_parameter_that_a_route_does_not_know_is_refused_by_its_name(
    ground: Ground, route: Route
) -> None:
    place = ground.places().own
    plane = ground.people(place)[UserRole.PLATFORM_ADMIN].enter(place.agency_id)
    method, path = route
    target = ground.world.filled(path, place)
    given = {"no_such": "1", "colour": "blue"}
    if path.endswith("/files"):
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = plane.request(method, target, query=given, body=FILE, headers=headers)
    else:
        body = None if method == "GET" else body_of(route, ground.world, place)
        answer = plane.request(method, target, query=given, json_body=body)

    assert answer.error == (400, "VAL_UNKNOWN_FIELD"), answer.text
    fields = {(each["field"], each["code"]) for each in answer.json["error"]["details"]}
    assert fields == {("no_such", "VAL_UNKNOWN_FIELD"), ("colour", "VAL_UNKNOWN_FIELD")}


def test_the_query_of_those_who_sign_is_their_own(ground: Ground) -> None:
    path = "/api/v1/webhooks/twilio/status?bodySHA256=0"

    answer = ground.plane.twilio(path, CallSid="CA" + "0" * 32, CallStatus="completed")

    assert answer.status == 204, answer.text
