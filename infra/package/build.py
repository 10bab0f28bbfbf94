"""Builds what is deployed: `python -m infra.package.build`, or `make package`.

Leaves `.build/package/{functions,core-layer,vendor-layer}.zip`, which template.yaml names.
"""

import shutil
import sys
import zipfile
from pathlib import Path

from infra.local.stack.layout import ROOT
from infra.package import archive, layers
from infra.package.chalice import package
from infra.package.template import TEMPLATE, rendered

OUT = ROOT / ".build" / "package"
# Where Lambda has them: tracebacks name these paths.
TASK, LAYERS = "/var/task", "/opt"


class OutdatedTemplate(Exception):
    """The committed template is not what its sources make: run `make generated`."""


def functions(out: Path) -> Path:
    """The app with Chalice's runtime; raises `OutdatedTemplate`."""
    made = package(out)
    if rendered(made / "sam.yaml") != TEMPLATE.read_text(encoding="utf-8"):
        raise OutdatedTemplate
    content = _fresh(out / "unpacked-functions")
    with zipfile.ZipFile(made / "deployment.zip") as deployment:
        deployment.extractall(content)
    return _zipped(content, out / "functions.zip", mounted=TASK)


def core_layer(out: Path) -> Path:
    """The shared package."""
    content = _fresh(out / "unpacked-core")
    layers.core(content)
    return _zipped(content, out / "core-layer.zip", mounted=LAYERS)


def vendor_layer(out: Path) -> Path:
    """Third-party packages."""
    content = _fresh(out / "unpacked-vendor")
    layers.vendor(content)
    return _zipped(content, out / "vendor-layer.zip", mounted=LAYERS)


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _zipped(content: Path, target: Path, *, mounted: str) -> Path:
    archive.compile_all(content, mounted=mounted)
    archive.write(content, target)
    return target


def main() -> None:
    """Build all three."""
    OUT.mkdir(parents=True, exist_ok=True)
    for build in (functions, core_layer, vendor_layer):
        made = build(OUT)
        size = made.stat().st_size / 1024 / 1024
        sys.stdout.write(f"{made.relative_to(ROOT)}  {size:.1f} MB\n")


if __name__ == "__main__":
    main()
