"""The set-up on a bare interpreter: no packages, and the words for one that is too old."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.setup import installer
from infra.local.setup.errors import SetupFailed
from infra.local.setup.generated import changed

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[5]


def test_the_set_up_imports_nothing_but_the_standard_library() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r});"
        "import infra.local.setup.commands, infra.local.setup.locks, infra.local.setup.generated;"
        "print([n for n in {m.split('.')[0] for m in sys.modules} - sys.stdlib_module_names "
        "if n not in ('infra', '__main__')])"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_another_python_is_told_which_one_is_needed() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.version_info = (3, 9, 18, 'final', 0);"
        "from infra.local.setup.__main__ import main; sys.exit(main())"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stdout.startswith("missing: Python 3.11 (this is 3.9.18)")


def test_a_failed_command_says_its_last_lines() -> None:
    program = "import sys; print('\\n'.join(map(str, range(100)))); sys.exit('no such index')"

    with pytest.raises(SetupFailed) as failure:
        installer.run([sys.executable, "-c", program], environment=dict(os.environ))

    lines = str(failure.value).splitlines()
    assert lines[0] == f"{Path(sys.executable).name} failed with exit status 1:"
    assert {"no such index", "99"} <= set(lines)
    assert "42" not in lines


def test_a_generated_file_that_is_out_of_date_is_found_and_rewritten(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.aiconnected.generated]\n"
        """"same.txt" = ["-c", "open('same.txt', 'w').write('same')"]\n"""
        """"old.txt" = ["-c", "open('old.txt', 'w').write('new')"]\n"""
    )
    (tmp_path / "same.txt").write_text("same")
    (tmp_path / "old.txt").write_text("old")

    assert changed(tmp_path) == ["old.txt"]
    assert (tmp_path / "old.txt").read_text() == "new"
    assert changed(tmp_path) == []
