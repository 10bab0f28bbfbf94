"""Preflight: what it reads from the kernel, and the lines it prints."""

from pathlib import Path

import pytest

from infra.local.setup import preflight

pytestmark = pytest.mark.unit

CPUINFO = """processor\t: 0
vendor_id\t: GenuineIntel
flags\t\t: fpu sse4_2 avx avx2 fma
bugs\t\t: spectre_v1

processor\t: 1
flags\t\t: fpu
"""
MEMINFO = "MemTotal:       24000000 kB\nMemFree: 1 kB\nMemAvailable:    2097152 kB\n"


def test_flags_of_the_first_processor_are_read() -> None:
    assert preflight.cpu_flags(CPUINFO) == {"fpu", "sse4_2", "avx", "avx2", "fma"}


def test_a_processor_that_lists_no_flags_has_none() -> None:
    assert preflight.cpu_flags("processor : 0\n") == set()


def test_available_memory_is_read_in_bytes() -> None:
    assert preflight.available_memory(MEMINFO) == 2 * preflight.GIB


def test_a_kernel_that_says_nothing_about_memory_counts_as_none() -> None:
    assert preflight.available_memory("MemTotal: 1 kB\n") == 0


def test_too_little_disk_and_memory_are_one_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "DISK_GIB", 2.0**40)
    monkeypatch.setattr(preflight, "MEMORY_GIB", 2.0**40)

    lines = list(preflight.room_gaps(tmp_path))

    assert [line.partition(":")[0] for line in lines] == ["disk", "memory"]
    assert str(tmp_path) in lines[0]


def test_a_processor_without_avx2_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "cpuinfo"
    old.write_text("flags : fpu sse4_2\n")
    monkeypatch.setattr(preflight, "CPUINFO", old)

    lines = list(preflight.platform_gaps())

    assert [line for line in lines if line.startswith("AVX2")]


def test_an_old_c_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.platform, "libc_ver", lambda: ("glibc", "2.17"))

    lines = list(preflight.platform_gaps())

    assert any("glibc 2.28 or newer (this is glibc 2.17)" in line for line in lines)


def test_another_processor_family_is_the_only_gap_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.platform, "machine", lambda: "aarch64")

    assert len(list(preflight.platform_gaps())) == 1


def test_a_user_without_a_name_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.os, "getuid", lambda: 4_000_000)

    lines = list(preflight.user_gaps())

    assert lines == [
        "a name for user 4000000: PostgreSQL needs one; add it to /etc/passwd",
    ]
