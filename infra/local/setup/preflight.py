"""Preflight: what this machine lacks for the local stack, one line each, all at once."""

import os
import platform
import pwd
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

DISK_GIB = 4.0
MEMORY_GIB = 3.0
GLIBC = (2, 28)  # the oldest that every pinned wheel accepts
GIB = 2**30

CPUINFO = Path("/proc/cpuinfo")
MEMINFO = Path("/proc/meminfo")


def missing(root: Path) -> list[str]:
    """Return what is missing, each as a line that also says what to do about it."""
    return [*platform_gaps(), *python_gaps(), *user_gaps(), *room_gaps(root)]


def platform_gaps() -> Iterator[str]:
    """Yield gaps of processor, system and C library: the engines are wheels for one platform."""
    system = f"{platform.system()} on {platform.machine()}"
    if system != "Linux on x86_64":
        yield f"Linux on x86-64 (this is {system}): the engines come as wheels for it only"
        return
    library, version = platform.libc_ver()
    if library != "glibc" or _numbers(version) < GLIBC:
        found = f"{library} {version}".strip() or "another C library"
        yield f"glibc {GLIBC[0]}.{GLIBC[1]} or newer (this is {found}): use a newer distribution"
    if "avx2" not in cpu_flags(CPUINFO.read_text()):
        yield "AVX2: the speech engines need a processor with it; a virtual machine may hide it"


def python_gaps() -> Iterator[str]:
    """Yield gaps of the interpreter that runs this."""
    if not find_spec("venv"):
        yield "the venv module: install python3.11-venv"
    elif not find_spec("pip") and not find_spec("ensurepip"):
        yield "pip: install python3.11-venv or python3-pip"


def user_gaps() -> Iterator[str]:
    """Yield gaps of the account: PostgreSQL looks its user up, and refuses to run as root."""
    if os.getuid() == 0:
        try:
            pwd.getpwnam("nobody")
        except KeyError:
            yield "the account 'nobody': as root the database runs under it; create it"
        return
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        yield f"a name for user {os.getuid()}: PostgreSQL needs one; add it to /etc/passwd"


def room_gaps(root: Path) -> Iterator[str]:
    """Yield gaps of disk and memory."""
    disk = shutil.disk_usage(root).free / GIB
    if disk < DISK_GIB:
        yield f"disk: {DISK_GIB:.0f} GiB free at {root} (there are {disk:.1f})"
    memory = available_memory(MEMINFO.read_text()) / GIB
    if memory < MEMORY_GIB:
        yield f"memory: {MEMORY_GIB:.0f} GiB available (there are {memory:.1f}): stop something"


def cpu_flags(cpuinfo: str) -> set[str]:
    """Return the feature flags of the first processor in the text of /proc/cpuinfo."""
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return set(value.split())
    return set()


def available_memory(meminfo: str) -> int:
    """Return the bytes that can be had without swapping, from the text of /proc/meminfo."""
    for line in meminfo.splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024  # given in KiB
    return 0


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
