"""A person's files: which can be taken in, and what they are called."""

from pathlib import Path

import pytest

from infra.local.cli.documents import read
from infra.local.cli.errors import BadDocument

pytestmark = pytest.mark.unit


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_markdown_is_titled_by_its_first_heading(tmp_path: Path) -> None:
    draft = read(written(tmp_path, "fees.md", b"\n# What it costs\n\nA lot."))

    assert (draft.title, draft.content_type) == ("What it costs", "text/markdown")


def test_text_is_titled_by_its_name_and_loses_its_byte_order_mark(tmp_path: Path) -> None:
    draft = read(written(tmp_path, "Opening hours.TXT", b"\xef\xbb\xbfFrom nine."))

    assert (draft.title, draft.content_type) == ("Opening hours", "text/plain")
    assert draft.content == "From nine."


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("menu.pdf", b"%PDF-1.7", "only .md, .markdown, .txt"),
        ("menu", b"soup", "only .md"),
        ("menu.txt", b"soup \xff", "not UTF-8"),
        ("menu.txt", b" \n", "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(BadDocument, match=said):
        read(written(tmp_path, name, content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match="No such file"):
        read(tmp_path / "none.md")
