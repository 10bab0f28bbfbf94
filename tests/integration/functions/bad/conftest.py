"""A control plane over one database for a whole module, with a client whose rows are named."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from aiconnected.users.models import UserRole
from infra.local.stack.valkey import Valkey
from tests.fixtures.postgres import DatabaseUrls, MigratedServer
from tests.fixtures.web_api import NO_SETTINGS, ControlPlane, services_for_tests
from tests.fixtures.world import Place, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The platform's administrator, whom nothing is refused for who they are, and a client."""

    plane: ControlPlane
    urls: DatabaseUrls
    world: World
    place: Place


@pytest.fixture(scope="module")
def scene(postgres: MigratedServer, valkey_server: Valkey) -> Iterator[Scene]:
    """For tests that leave no trace, or only on rows of their own."""
    name = f"test_{secrets.token_hex(6)}"
    urls = postgres.create(name)
    given = {
        "database_url_app": urls.app,
        "database_url_platform": urls.platform,
        "redis_url": valkey_server.url,
    }
    services = services_for_tests(NO_SETTINGS.model_validate(NO_SETTINGS.model_dump() | given))
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        world = World(connection)
        place = world.agency()
        plane = ControlPlane(services=services).as_role(UserRole.PLATFORM_ADMIN)
        yield Scene(plane=plane.enter(place.agency_id), urls=urls, world=world, place=place)
    services.database.close()
    services.redis.close()
    postgres.drop(name)
