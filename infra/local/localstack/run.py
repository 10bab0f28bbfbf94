"""Starts LocalStack, in its own environment, with all of its files in `FILESYSTEM_ROOT`.

By itself it keeps objects in one folder of the machine's: another user's LocalStack could not write
there, and another checkout's would share it.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def run() -> None:
    """Until it is told to stop."""
    # Not imported by name: the environment of the types and checks has no LocalStack.
    provider: Any = import_module("localstack.services.s3.provider")
    runtime: Any = import_module("localstack.runtime.main")
    provider.DEFAULT_S3_TMP_DIR = str(Path(os.environ["FILESYSTEM_ROOT"]) / "s3")
    runtime.main()


if __name__ == "__main__":
    run()
