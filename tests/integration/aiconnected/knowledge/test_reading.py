"""Reading of files in a process of their own: what they say, and what hostile ones come to."""

from contextlib import suppress
from pathlib import Path

import pytest

from aiconnected.knowledge.errors import DocumentUnreadable
from aiconnected.knowledge.formats import CSV, DOCX, HTML, MARKDOWN, PDF, PLAIN, format_of
from aiconnected.knowledge.models import FailureCode
from aiconnected.knowledge.reading import extracted
from tests.fixtures import files

pytestmark = pytest.mark.integration


def read(folder: Path, content: bytes, content_type: str, seconds: float = 60.0) -> str:
    path = folder / "document"
    path.write_bytes(content)
    return extracted(path, content_type, seconds=seconds)


def test_a_pdf_gives_its_text_and_keeps_rows_of_tables(tmp_path: Path) -> None:
    text = read(tmp_path, files.pdf("Fees", "Crown                $1,250"), PDF)

    assert "Fees" in text
    assert "| Crown | $1,250 |" in text


def test_a_word_document_gives_headings_lists_and_tables(tmp_path: Path) -> None:
    text = read(tmp_path, files.docx(), DOCX)

    assert text.split("\n\n") == [
        "# Prices",
        "# Cleaning",
        "We clean teeth on weekdays.",
        "- Bring your card",
        "| Treatment | Fee |\n| --- | --- |\n| Crown | $1,250 |",
    ]


def test_a_page_gives_what_its_readers_see(tmp_path: Path) -> None:
    page = b"""<!doctype html><html><head><title>x</title><style>p{}</style></head><body>
    <nav>Home</nav><h2>Opening <em>hours</em></h2><p>Monday&nbsp;8 to 5<br>Closed on Sunday
    <ul><li>Parking<li>Lift</ul><script>alert("x")</script>
    <table><tr><th>Day<th>Hours</tr><tr><td>Mon</td><td>8-5</td></tr></table>
    <div>Call us</div></body></html>"""

    text = read(tmp_path, page, HTML)

    assert text.split("\n\n") == [
        "## Opening hours",
        "Monday 8 to 5",
        "Closed on Sunday",
        "- Parking",
        "- Lift",
        "| Day | Hours |\n| --- | --- |\n| Mon | 8-5 |",
        "Call us",
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_is_a_table_whatever_separates_it(tmp_path: Path, sign: str) -> None:
    content = f"Treatment{sign}Fee\nCrown{sign}100\n\nFilling{sign}50|60\n".encode()

    lines = read(tmp_path, content, CSV).splitlines()

    assert lines[0] == "| Treatment | Fee |"
    assert lines[2:] == ["| Crown | 100 |", "| Filling | 50/60 |"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_people_have(tmp_path: Path, encoding: str) -> None:
    content = "Größe: 5 Euro, “wirklich”".encode(encoding)

    assert read(tmp_path, content, PLAIN) == "Größe: 5 Euro, “wirklich”"
    assert read(tmp_path, content, MARKDOWN).startswith("Größe")


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b"%PDF-1.7\nnothing that follows is one", PDF, FailureCode.UNREADABLE),
        (b"", PDF, FailureCode.UNREADABLE),
        (b"not a zip", DOCX, FailureCode.UNREADABLE),
        (b"PK\x03\x04" + b"\0" * 100, DOCX, FailureCode.UNREADABLE),
        (b"\x89PNG\r\n\0\0\0\0", PLAIN, FailureCode.UNREADABLE),
        (b"x", "application/x-tar", FailureCode.UNSUPPORTED),
        (b"word " * 500_000, PLAIN, FailureCode.TOO_LARGE),
        (b"a,b\n" * 50_001, CSV, FailureCode.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, content: bytes, content_type: str, code: FailureCode
) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        read(tmp_path, content, content_type)

    assert refused.value.code is code
    assert refused.value.reason


def test_a_locked_pdf_says_that_it_is_locked(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        read(tmp_path, files.pdf("secret", password="x"), PDF)

    assert refused.value.code is FailureCode.PROTECTED


def test_bombs_are_refused_and_hurt_nobody(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        read(tmp_path, files.zip_bomb(), DOCX)
    assert refused.value.code is FailureCode.TOO_LARGE

    with suppress(DocumentUnreadable):
        assert len(read(tmp_path, files.laughs(), DOCX)) < 1_000


def test_a_parser_that_never_ends_is_ended(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        read(tmp_path, files.pdf("x"), PDF, seconds=0.01)

    assert refused.value.code is FailureCode.TOO_LARGE


def test_deep_html_is_read_or_refused(tmp_path: Path) -> None:
    text = read(tmp_path, b"<div>" * 200_000 + b"deep", HTML)

    assert text == "deep"


def test_content_types_of_servers_are_understood() -> None:
    assert format_of("text/HTML; charset=utf-8") == HTML
    assert format_of("application/xhtml+xml") == HTML
    assert format_of("image/png") is None
    assert format_of("") is None
