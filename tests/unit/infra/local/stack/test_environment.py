"""The stack's secrets: made once, kept between runs, completed when a new one is needed."""

import json
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from infra.local.stack.environment import Secrets

pytestmark = pytest.mark.unit


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secrets.json"

    first = Secrets.load(path)

    assert Secrets.load(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(set(json.loads(path.read_text()).values())) == len(fields(Secrets))


def test_a_secret_that_an_older_stack_lacked_is_added_to_the_others(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    old = {name: name * 3 for name in (each.name for each in fields(Secrets)) if name != "sealing"}
    path.write_text(json.dumps(old))

    loaded = Secrets.load(path)

    assert loaded.postgres == old["postgres"]
    assert loaded.sealing
    assert Secrets.load(path) == loaded
