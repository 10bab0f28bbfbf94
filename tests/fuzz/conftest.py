"""Says at the end what the fuzzer was answered, over all workers."""

from collections import Counter
from typing import Any

import pytest

from aiconnected.users.models import UserRole


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401 -- pytest's own is private
    """Requests by role and status."""
    roles: dict[str, Counter[int]] = {role.value: Counter() for role in UserRole}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                for name, statuses in report.user_properties:
                    if name in roles and isinstance(statuses, dict):
                        roles[name].update({int(status): n for status, n in statuses.items()})
    everybody = sum(roles.values(), Counter[int]())
    terminalreporter.section(f"{everybody.total()} made-up requests")
    for name, statuses in {**roles, "all": everybody}.items():
        told = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
        terminalreporter.write_line(f"{name:<15} {statuses.total():>6}  {told}")
