"""The demo's logins: for a stack on one machine and nowhere else."""

from dataclasses import dataclass

from aiconnected.users.models import UserRole

# Known to everybody who can read this repository: it opens local stacks only.
LOCAL_PASSWORD = "local-demo-only"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the platform, the agency, or the client with this slug."""

    email: str
    first_name: str
    last_name: str
    role: UserRole
    client: str | None = None


PEOPLE = (
    Person(
        email="platform@aiconnected.example",
        first_name="Priya",
        last_name="Raman",
        role=UserRole.PLATFORM_ADMIN,
    ),
    Person(
        email="admin@northstar.example",
        first_name="Noah",
        last_name="Star",
        role=UserRole.AGENCY_ADMIN,
    ),
    Person(
        email="team@northstar.example",
        first_name="Tess",
        last_name="Miller",
        role=UserRole.AGENCY_USER,
    ),
    Person(
        email="manager@brightwater.example",
        first_name="Maria",
        last_name="Brooks",
        role=UserRole.TENANT_ADMIN,
        client="brightwater-dental",
    ),
    Person(
        email="desk@brightwater.example",
        first_name="Dana",
        last_name="Lee",
        role=UserRole.TENANT_USER,
        client="brightwater-dental",
    ),
    Person(
        email="manager@kestrel.example",
        first_name="Karl",
        last_name="Estrella",
        role=UserRole.TENANT_ADMIN,
        client="kestrel-plumbing",
    ),
)
