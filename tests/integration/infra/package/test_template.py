"""The template is what its sources make, and the vendors' own linters take it, offline."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.stack.layout import ROOT
from infra.package.chalice import package
from infra.package.template import TEMPLATE, rendered

pytestmark = pytest.mark.integration

SAM = ROOT / ".venv-sam" / "bin" / "sam"


def run(*command: str, home: Path) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_DEFAULT_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_committed_template_is_what_its_sources_make(tmp_path: Path) -> None:
    made = package(tmp_path)

    assert rendered(made / "sam.yaml") == TEMPLATE.read_text()


def test_cloudformations_linter_takes_it(tmp_path: Path) -> None:
    linter = Path(sys.executable).with_name("cfn-lint")

    assert run(str(linter), str(TEMPLATE), home=tmp_path) == ""


@pytest.mark.skipif(not SAM.exists(), reason="needs .venv-sam: make setup-test")
def test_sam_takes_it(tmp_path: Path) -> None:
    said = run(str(SAM), "validate", "--lint", "--template", str(TEMPLATE), home=tmp_path)

    assert "valid SAM Template" in said
