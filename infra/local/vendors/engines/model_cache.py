"""Where graphs prepared from the weights are kept between runs."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return AICONNECTED_MODEL_CACHE, else a folder in the user's cache."""
    configured = os.environ.get("AICONNECTED_MODEL_CACHE")
    if configured:
        return Path(configured)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aiconnected"
