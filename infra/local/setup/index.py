"""The user's package index settings, read from pip and said to uv, which does not read pip's."""

import ast
import subprocess
from collections.abc import Mapping
from pathlib import Path

# pip option -> uv's environment variable. Both take lists separated by white space.
SAME_MEANING = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
# Later sections override earlier ones, as in pip.
SECTIONS = ("global", "install", ":env:")


def pip_settings(pip: list[str]) -> dict[str, str]:
    """Return pip's own settings for an installation, from its files and its environment.

    `pip` is the command that runs it. Options keep pip's names without the leading dashes.
    """
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    return parse(listed.stdout)


def parse(listing: str) -> dict[str, str]:
    """Return the settings in the output of `pip config list`: lines of `section.option='value'`."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listing.splitlines():
        key, separator, value = line.partition("=")
        section, _, option = key.partition(".")
        if separator and section in found:
            found[section][option] = str(ast.literal_eval(value))
    return {option: value for section in SECTIONS for option, value in found[section].items()}


def uv_environment(settings: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that give uv pip's settings.

    `own` is the user's environment: what it already says to uv stays as it is.
    """
    said: dict[str, str] = {}
    for option, variable in SAME_MEANING.items():
        value = " ".join(settings.get(option, "").split())
        if option == "find-links":
            value = ",".join(place for place in value.split() if _is_there(place))
        if option == "index-url" and "UV_INDEX_URL" in own:
            continue
        if value and variable not in own:
            said[variable] = value
    bundle = own.get("REQUESTS_CA_BUNDLE") or own.get("CURL_CA_BUNDLE")
    if bundle and "SSL_CERT_FILE" not in own:
        said.setdefault("SSL_CERT_FILE", bundle)
    return said


def _is_there(place: str) -> bool:
    # pip passes over a missing folder in silence, uv stops at it.
    return "://" in place or Path(place).expanduser().exists()
