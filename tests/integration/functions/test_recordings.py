"""Recordings over HTTP: found across calls, lent for minutes, deleted for good."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from tests.fakes.objects import MemoryObjects
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_people import Everybody
from tests.fixtures.world import Place, Places, World

pytestmark = pytest.mark.integration
RECORDINGS = "/api/v1/recordings"
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
NOT_FOUND = (404, "RES_NOT_FOUND")
DENIED = (403, "AUTHZ_PERMISSION_DENIED")


def recorded(
    world: World, place: Place, *, days: int = 0, seconds: int = 60, **more: object
) -> UUID:
    """A recorded call of a place's, so many days after Monday."""
    call = place.fresh()
    at = MONDAY + timedelta(days=days)
    world.add("calls", call, initiated_at=at, ended_at=at)
    recording = call.ids["recordings"]
    world.change(
        "recordings",
        recording,
        created_at=at,
        duration_ms=seconds * 1000,
        bucket="recordings",
        key=f"{recording}.wav",
        content_type="audio/wav",
        **more,
    )
    return recording


def audited(urls: DatabaseUrls, recording: UUID) -> list[tuple[str, UUID]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute(
            """
            SELECT l.action, l.agency_id
            FROM audit_log AS l
            JOIN recordings AS r ON r.call_id = l.resource_id
            WHERE r.id = %s
            ORDER BY l.id
            """,
            [recording],
        ).fetchall()


def test_everybody_finds_the_recordings_within_their_walls(
    people: Everybody, places: Places, world: World
) -> None:
    own, sibling, other = (
        str(recorded(world, place)) for place in (places.own, places.sibling, places.other)
    )

    def found(by: str) -> set[str]:
        return {row["id"] for row in getattr(people, by).asks.get(RECORDINGS).data}

    assert found("tenant_user") == {own}
    assert found("sibling_user") == {sibling}
    assert found("agency_user") == {own, sibling}
    assert found("rival_admin") == {other}


def test_recordings_are_found_by_client_call_time_and_length(
    people: Everybody, places: Places, world: World
) -> None:
    short = str(recorded(world, places.own, days=0, seconds=10))
    long = str(recorded(world, places.own, days=2, seconds=600))
    foreign = str(recorded(world, places.sibling, days=1, seconds=90))
    ask = people.agency_admin.asks

    def found(**query: str) -> list[str]:
        return [row["id"] for row in ask.get(RECORDINGS, **query).data]

    assert found() == [long, foreign, short]
    assert found(sort="duration") == [short, foreign, long]
    assert found(tenant_id=str(places.own.tenant_id)) == [long, short]
    tuesday = (MONDAY + timedelta(days=1)).isoformat()
    assert found(**{"started_at[gte]": tuesday}) == [long, foreign]
    assert found(**{"started_at[lt]": tuesday}) == [short]
    assert found(**{"duration[gte]": "90"}) == [long, foreign]
    call_id = ask.get(f"{RECORDINGS}/{short}").data["call_id"]
    assert found(call_id=call_id) == [short]


def test_recordings_are_found_by_agent(people: Everybody, places: Places, world: World) -> None:
    agent_id = world.id("agents", places.own)
    theirs, other = recorded(world, places.own), recorded(world, places.own)
    call_id = people.tenant_user.asks.get(f"{RECORDINGS}/{theirs}").data["call_id"]
    world.change("calls", UUID(call_id), agent_id=agent_id)

    found = people.tenant_user.asks.get(RECORDINGS, agent_id=str(agent_id)).data
    without = people.tenant_user.asks.get(RECORDINGS, **{"agent_id[null]": "true"}).data

    assert [row["id"] for row in found] == [str(theirs)]
    assert [row["id"] for row in without] == [str(other)]


def test_a_list_is_paged_through_and_shows_chosen_fields(
    people: Everybody, places: Places, world: World
) -> None:
    wanted = {str(recorded(world, places.own, days=day)) for day in range(5)}
    seen: list[str] = []
    query = {"limit": "2", "fields": "id,duration"}

    for _ in range(3):
        answer = people.tenant_admin.asks.get(RECORDINGS, **query)
        assert all(set(row) == {"id", "duration"} for row in answer.data)
        seen += [row["id"] for row in answer.data]
        query["cursor"] = answer.json["meta"]["next_cursor"] or ""

    assert len(seen) == 5
    assert set(seen) == wanted


def test_a_link_is_lent_for_minutes_and_that_is_noted(
    people: Everybody, places: Places, world: World, database_urls: DatabaseUrls
) -> None:
    recording = recorded(world, places.own)

    link = people.tenant_user.asks.get(f"{RECORDINGS}/{recording}/link").data

    assert link["url"].startswith(f"https://objects.example/recordings/{recording}.wav")
    assert "call-20261116-090000.wav" in link["url"]
    left = datetime.fromisoformat(link["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)
    assert audited(database_urls, recording) == [("call.listened_to", places.own.agency_id)]


def test_audio_that_is_still_on_its_host_is_listed_but_not_lent(
    people: Everybody, places: Places, world: World, database_urls: DatabaseUrls
) -> None:
    recording = recorded(world, places.own)
    world.change("recordings", recording, bucket="", status="on_host")
    path = f"{RECORDINGS}/{recording}"

    assert people.agency_admin.asks.get(path).data["status"] == "on_host"
    assert people.agency_admin.asks.get(f"{path}/link").error == NOT_FOUND
    assert people.agency_admin.asks.request("DELETE", path).error == NOT_FOUND
    assert audited(database_urls, recording) == []


def test_a_deleted_recording_is_gone_with_its_original(
    people: Everybody, places: Places, world: World, database_urls: DatabaseUrls
) -> None:
    ask = people.agency_admin.asks
    objects = ask.services.objects
    assert isinstance(objects, MemoryObjects)
    recording = recorded(world, places.own, metadata={"original": {"key": "original.au"}})
    objects.kept = {f"{recording}.wav": (b"a", ""), "original.au": (b"b", ""), "other": (b"c", "")}
    path = f"{RECORDINGS}/{recording}"

    assert ask.request("DELETE", path).status == 204

    assert set(objects.kept) == {"other"}
    assert ask.get(path).error == NOT_FOUND
    assert ask.get(RECORDINGS).data == []
    assert ask.request("DELETE", path).error == NOT_FOUND
    assert audited(database_urls, recording) == [("recording.deleted", places.own.agency_id)]


def test_what_the_store_does_not_give_up_is_kept(
    people: Everybody, places: Places, world: World, database_urls: DatabaseUrls
) -> None:
    ask = people.agency_admin.asks
    objects = ask.services.objects
    assert isinstance(objects, MemoryObjects)
    recording = recorded(world, places.own)
    objects.away = True

    failed = ask.request("DELETE", f"{RECORDINGS}/{recording}")

    assert failed.error == (502, "SRV_EXTERNAL_SERVICE")
    assert ask.get(f"{RECORDINGS}/{recording}").status == 200
    assert audited(database_urls, recording) == []


def test_a_deleted_call_takes_its_recording_out_of_sight(
    people: Everybody, places: Places, world: World
) -> None:
    ask = people.agency_admin.asks
    recording = recorded(world, places.own)
    path = f"{RECORDINGS}/{recording}"
    call_id = ask.get(path).data["call_id"]

    assert ask.request("DELETE", f"/api/v1/calls/{call_id}").status == 204

    assert ask.get(RECORDINGS).data == []
    assert ask.get(path).error == NOT_FOUND
    assert ask.get(f"{path}/link").error == NOT_FOUND


def test_only_agencies_delete_and_nobody_beyond_the_walls_sees_anything(
    people: Everybody, places: Places, world: World
) -> None:
    path = f"{RECORDINGS}/{recorded(world, places.own)}"

    for by in (people.tenant_admin, people.tenant_user, people.agency_user):
        assert by.asks.request("DELETE", path).error == DENIED
        assert by.asks.get(f"{path}/link").status == 200
    for by in (people.sibling_admin, people.rival_admin, people.stranger_admin):
        assert by.asks.get(path).error == NOT_FOUND
        assert by.asks.get(f"{path}/link").error == NOT_FOUND
    assert people.rival_admin.asks.request("DELETE", path).error == NOT_FOUND
    sibling = str(places.sibling.tenant_id)
    mismatch = people.tenant_admin.asks.get(RECORDINGS, tenant_id=sibling)
    assert mismatch.error == (403, "AUTHZ_TENANT_MISMATCH")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"sort": "sha256"}, "VAL_INVALID_ENUM"),
        ({"duration[gte]": "long"}, "VAL_INVALID_TYPE"),
        ({"started_at[gte]": "monday"}, "VAL_INVALID_FORMAT"),
        ({"status": "lost"}, "VAL_INVALID_ENUM"),
        ({"tenant_id": "1"}, "VAL_INVALID_UUID"),
        ({"q": "words"}, "VAL_UNKNOWN_FIELD"),
        ({"fields": "bucket"}, "VAL_UNKNOWN_FIELD"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    people: Everybody, query: dict[str, str], code: str
) -> None:
    assert people.tenant_admin.asks.get(RECORDINGS, **query).error == (400, code)
