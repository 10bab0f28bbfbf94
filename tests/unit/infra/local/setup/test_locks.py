"""Lock files: what pyproject.toml declares, and the commands that write them."""

from pathlib import Path

import pytest

from infra.local.setup.locks import Lock, read_locks

pytestmark = pytest.mark.unit


def test_declared_locks_are_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.aiconnected.locks]\n"
        '"all.txt" = { groups = ["a", "b"], exclude-newer = "2025-10-10" }\n'
        '"some.txt" = { groups = ["a"], follows = "all.txt", no-deps = true }\n'
    )

    assert read_locks(tmp_path) == [
        Lock(path="all.txt", groups=("a", "b"), exclude_newer="2025-10-10"),
        Lock(path="some.txt", groups=("a",), follows="all.txt", no_deps=True),
    ]


def test_a_lock_is_compiled_with_hashes_and_without_addresses() -> None:
    command = Lock(path="x.txt", groups=("a",), follows="all.txt").command("uv")

    assert {"--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"} <= set(command)
    assert command[command.index("--constraints") + 1] == "all.txt"
    assert command[command.index("--group") + 1] == "pyproject.toml:a"
    assert command[-2:] == ["--output-file", "x.txt"]
