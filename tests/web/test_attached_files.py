"""Files that views answer with: their names and what they are said to be."""

import pytest

from keystage.web.attached import attached


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("dates-2026.ics", "text/calendar; charset=utf-8"),
        ("RETURN.XML", "application/xml"),
        ("return.exe", "application/octet-stream"),
    ],
)
def test_the_ending_of_the_name_says_what_a_file_is(name: str, kind: str) -> None:
    assert attached(name, b"x")["Content-Type"] == kind


def test_a_name_cannot_end_the_quotes_it_stands_in() -> None:
    answer = attached('a"; filename="b.csv', b"x")

    assert answer["Content-Disposition"] == 'attachment; filename="a\\"; filename=\\"b.csv"'


def test_a_name_in_any_script_is_kept() -> None:
    assert attached("szkoła.pdf", b"x", inline=True)["Content-Disposition"] == (
        "inline; filename*=utf-8''szko%C5%82a.pdf"
    )


def test_lines_are_written_one_after_the_other() -> None:
    assert attached("a.csv", iter(["UPN\n", "1\n"])).content == b"UPN\n1\n"
