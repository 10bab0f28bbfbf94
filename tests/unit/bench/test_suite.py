"""Every section is measured, once, on the stack it needs."""

import pytest

from tests.bench.suite import STACKS, STANDALONE, Section

pytestmark = pytest.mark.unit


def test_every_section_is_measured_once() -> None:
    measured = [*STANDALONE, *(section for kind in STACKS for section in kind.sections)]

    assert sorted(measured) == sorted(Section)


def test_load_is_measured_with_vendors_that_answer_instantly() -> None:
    instant = {section for kind in STACKS if kind.instant for section in kind.sections}

    assert instant == {Section.ONE_QUERY, Section.LOAD, Section.LOAD_WITHOUT_VAD}
