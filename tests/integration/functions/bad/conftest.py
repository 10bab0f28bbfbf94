"""A control plane over one database for a whole module, with a client whose rows are named."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import pytest

from aiconnected.auth.permissions import OF_AGENCIES
from aiconnected.users.models import UserRole
from infra.local.stack.valkey import Valkey
from tests.fixtures.postgres import DatabaseUrls, MigratedServer
from tests.fixtures.web_api import NO_SETTINGS, ControlPlane, services_for_tests
from tests.fixtures.world import Place, World
from tests.integration.functions.bodies import operations


def of_agency(route: tuple[str, str]) -> bool:
    """Whether a route is about what an agency and its clients say, know and keep."""
    return operations()[route].get("x-permission") in OF_AGENCIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A control plane, asked by nobody in particular, and a client."""

    plane: ControlPlane
    urls: DatabaseUrls
    world: World
    place: Place
    tokens: dict[UUID | None, str] = field(default_factory=dict[UUID | None, str])  # by agency

    def asked(self, route: tuple[str, str], place: Place) -> ControlPlane:
        """The plane, asked by whom nothing at the place is refused for who they are.

        What agencies keep is asked by the agency's administrator: the platform's would have to
        enter under a grant, each request of which is noted.
        """
        agency_id = place.agency_id if of_agency(route) else None
        if agency_id not in self.tokens:
            role = UserRole.AGENCY_ADMIN if agency_id else UserRole.PLATFORM_ADMIN
            self.tokens[agency_id] = self.plane.token_of(role, agency_id=agency_id)
        return self.plane.signed(self.tokens[agency_id])


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
        plane = ControlPlane(services=services)
        yield Scene(plane=plane, urls=urls, world=world, place=world.agency())
    services.database.close()
    services.redis.close()
    postgres.drop(name)
