"""Runs `chalice package` on a copy of functions/: it leaves files in the project it packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.local.stack.layout import ROOT

_STAGE = "deployed"  # of .chalice/config.json: one package for all stages, see the parameter Stage
_IGNORED = shutil.ignore_patterns("__pycache__", "node_modules", "dashboard", "deployments")
# The app reads its settings when it is imported. These are never used and never shipped.
_SETTINGS = {
    "DATABASE_URL_APP": "postgresql://packaging",
    "DATABASE_URL_PLATFORM": "postgresql://packaging",
    "REDIS_URL": "redis://packaging",
    "RECORDINGS_BUCKET": "packaging",
    "DOCUMENT_ADDED_QUEUE_URL": "packaging",
    "CALL_ENDED_QUEUE_URL": "packaging",
    "MAIL_REQUESTED_QUEUE_URL": "packaging",
    "EVENT_RECEIVED_QUEUE_URL": "packaging",
    "WEBHOOKS_QUEUE_URL": "packaging",
    "DOCUMENTS_BUCKET": "packaging",
    "JWT_KEYS_SECRET_ID": "packaging",
    "KMS_KEY_ID": "packaging",
    "PUBLIC_APP_URL": "https://packaging",
    "MAIL_FROM": "packaging@example.com",
    "PUBLIC_API_URL": "https://packaging",
    "PUBLIC_REALTIME_WS_URL": "wss://packaging",
    "OPENAI_API_KEY": "packaging",
    "TWILIO_ACCOUNT_SID": "packaging",
    "TWILIO_AUTH_TOKEN": "packaging",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_RUN = "from chalice.cli import main; main()"


def package(folder: Path) -> Path:
    """Write `deployment.zip` and `sam.yaml` (merged with infra/resources.yaml) into a folder below
    `folder`, and return it. Needs no network: functions/requirements.txt is empty.
    """
    project, made = folder / "functions", folder / "chalice"
    for stale in (project, made):
        shutil.rmtree(stale, ignore_errors=True)
    shutil.copytree(ROOT / "functions", project, ignore=_IGNORED)
    arguments = [
        *("--project-dir", str(project), "package", "--stage", _STAGE),
        *("--template-format", "yaml"),
        *("--merge-template", str(ROOT / "infra" / "resources.yaml"), str(made)),
    ]
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments],
        env={
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),  # Chalice keeps a cache there
            "PYTHONPATH": os.pathsep.join((str(project), str(ROOT / "layers/core/python"))),
            "PYTHONDONTWRITEBYTECODE": "1",
            **_SETTINGS,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"chalice package failed:\n{done.stdout}{done.stderr}")
    return made
