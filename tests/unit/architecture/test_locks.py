"""Hash-pinned requirement files agree with pyproject.toml and with each other."""

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.local.setup.environments import SETS
from infra.local.setup.locks import Lock, read_locks
from tests.unit.architecture.tree import ROOT, files

pytestmark = pytest.mark.unit

LOCKS = read_locks()
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


@cache
def pins(path: str) -> dict[str, str]:
    """Return name and version of every package pinned in a requirement file."""
    return {canonicalize_name(n): v for n, v in PIN.findall((ROOT / path).read_text())}


@cache
def requirements(group: str) -> tuple[Requirement, ...]:
    """Return what a dependency group of pyproject.toml asks for, with the groups it includes."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        groups = tomllib.load(file)["dependency-groups"]
    found: list[Requirement] = []
    for item in groups[group]:
        if isinstance(item, str):
            found.append(Requirement(item))
        else:
            found.extend(requirements(item["include-group"]))
    return tuple(found)


def each_lock() -> pytest.MarkDecorator:
    """Run a test once for every lock file."""
    return pytest.mark.parametrize("lock", LOCKS, ids=[lock.path for lock in LOCKS])


@each_lock()
def test_a_lock_pins_all_that_its_groups_ask_for(lock: Lock) -> None:
    held = pins(lock.path)

    wrong = [
        f"{requirement}: {held.get(canonicalize_name(requirement.name), 'not pinned')}"
        for group in lock.groups
        for requirement in requirements(group)
        if not requirement.specifier.contains(
            held.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]

    assert wrong == [], "run `make lock`"


@each_lock()
def test_every_pin_carries_hashes_and_no_address(lock: Lock) -> None:
    text = (ROOT / lock.path).read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert len(blocks) == len(pins(lock.path))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


@pytest.mark.parametrize(
    "lock", [lock for lock in LOCKS if lock.follows], ids=lambda lock: str(lock.path)
)
def test_deployables_share_their_versions(lock: Lock) -> None:
    followed = pins(str(lock.follows))

    different = {
        name: (version, followed[name])
        for name, version in pins(lock.path).items()
        if followed.get(name, version) != version
    }

    assert different == {}, "run `make lock`"


def test_no_requirement_file_is_written_by_hand() -> None:
    locked = {lock.path for lock in LOCKS}

    # Chalice wants a file of this name; the layer holds what it would list.
    by_hand = {path for path in files() if path.endswith("requirements.txt")} - locked
    assert by_hand <= {"functions/requirements.txt"}


def test_the_set_up_installs_locked_files_only() -> None:
    installed = {
        name
        for environments in SETS.values()
        for environment in environments
        for name in environment.requirements
    }

    assert installed <= {lock.path for lock in LOCKS}


@pytest.mark.parametrize("path", ["realtime/requirements.txt", "layers/vendor/requirements.txt"])
def test_nothing_under_the_gpl_reaches_a_deployed_image(path: str) -> None:
    assert "piper-tts" not in pins(path)
