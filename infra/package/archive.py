"""Zips that come out the same for the same content, with bytecode that never looks at its source.

Lambda mounts code read-only: without bytecode every cold start compiles it anew, 710 ms instead of
130 (facts/serverless.md §6). Bytecode that is checked by time would be stale there.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell
_MODE = 0o100644 << 16
_UNIX = 3  # system that made the file: its mode is Unix's
# In a process of its own, seeded: the order of sets goes into bytecode.
_COMPILE = """
import py_compile, sys
from pathlib import Path

root, mounted = Path(sys.argv[1]), sys.argv[2]
for source in sorted(root.rglob("*.py")):
    py_compile.compile(
        str(source),
        dfile=f"{mounted}/{source.relative_to(root).as_posix()}",
        doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        quiet=2,
    )
"""


def compile_all(folder: Path, *, mounted: str) -> None:
    """Put bytecode beside every source below `folder`, which Lambda will have at `mounted`."""
    subprocess.run(
        [sys.executable, "-S", "-c", _COMPILE, str(folder), mounted],
        env={"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0"},
        check=True,
    )


def write(folder: Path, target: Path) -> None:
    """Zip what is in `folder`; times, modes and order of files are always the same."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            info.external_attr, info.create_system = _MODE, _UNIX
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
