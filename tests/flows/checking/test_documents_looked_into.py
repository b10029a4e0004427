"""What a PDF has in it: pages counted and what runs found, in the clear, escaped and packed."""

import tracemalloc
import zlib

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.flows.checking import pdf
from keystage.flows.checking.evidence import fault_of_evidence
from keystage.flows.checking.pdf import inside
from keystage.statute.checking import Evidence

RULE = Evidence(source="s", confidence="B", megabytes=1)
SCRIPT = b"<< /S /JavaScript /JS (app.alert) >>"


def packed(*objects: bytes, head: bytes = b"/Filter /FlateDecode", keep: int = -1) -> bytes:
    """A document whose objects are packed into a stream."""
    table, at = b"", 0
    for number, one in enumerate(objects):
        table, at = table + b"%d %d " % (number + 1, at), at + len(one)
    text = table + b"".join(objects)
    body = zlib.compress(text) if b"Flate" in head else text
    return (
        b"%%PDF-1.5\n9 0 obj\n<< /Type /ObjStm /N %d /First %d %s >>\nstream\n"
        % (len(objects), len(table), head)
        + (body if keep < 0 else body[:keep])
        + b"\nendstream\nendobj\n%%EOF"
    )


def test_pages_that_are_packed_are_counted() -> None:
    tree = b"<< /Type /Pages /Count 2 >>"
    contents = b"<< /Type /Outlines /Count 40 >>"
    leaf = b"<< /Type /Page >>"

    assert inside(packed(tree, leaf, leaf, contents)).pages == 2
    assert inside(packed(leaf, head=b"")).pages == 1


def test_a_page_that_was_written_again_is_counted_once() -> None:
    first = (
        b"%PDF-1.4\n3 0 obj\n<< /Type /Page >>\nendobj\n4 0 obj\n<< /Type /Page >>\nendobj\n%%EOF\n"
    )
    signed = first + b"3 0 obj\n<< /Type /Page /Annots [9 0 R] >>\nendobj\n%%EOF"
    again = packed(b"<< /Type /Page >>", b"<< /Type /Page >>")

    assert inside(first).pages == inside(signed).pages == 2
    assert inside(again + b"\n1 0 obj << /Type /Page /Annots [] >> endobj %%EOF").pages == 2
    assert inside(signed + b"5 0 obj\n<< /Type /Page >>\nendobj\n%%EOF").pages == 3


def test_a_table_with_a_number_beyond_all_bounds_is_taken_as_none() -> None:
    table = b"1 " + b"9" * 5000 + b" "
    body = zlib.compress(table + b"<< /Type /Page >>")
    head = b"%%PDF-1.5\n9 0 obj\n<< /Type /ObjStm /First %d /Filter /FlateDecode >>" % len(table)
    assert inside(head + b"\nstream\n" + body + b"\nendstream\nendobj\n%%EOF").pages == 1


def test_a_document_of_a_usual_writer_is_looked_into() -> None:
    found = inside(typst.compile(b"A letter\n#pagebreak()\nof two pages"))

    assert (found.pages, found.active, found.encrypted, found.whole) == (2, "", False, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4 " + SCRIPT + b" %%EOF", "a program in it"),
        (b"%PDF-1.4 << /S /J#61vaScript >> %%EOF", "a program in it"),
        (packed(SCRIPT), "a program in it"),
        (packed(b"<< /S /#4caunch >>"), "a program in it"),
        (packed(b"<< /Names << /EmbeddedFiles 4 0 R >> >>"), "another file in it"),
        (b"%PDF-1.4 << /Subtype /RichMedia >> %%EOF", "film, sound or another medium"),
        (b"%PDF-1.4 trailer << /Encrypt 5 0 R >> %%EOF", "is locked"),
        (packed(SCRIPT, head=b"/Filter /LZWDecode"), "cannot be looked into"),
        (packed(SCRIPT, head=b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"),
         "cannot be looked into"),
        (packed(SCRIPT, keep=9), "cannot be looked into"),
        (b"%PDF-1.5\n%stream\n" + packed(SCRIPT), "cannot be looked into"),
        (packed(zlib.compress(SCRIPT), head=b"/Filter [/FlateDecode /FlateDecode]"),
         "cannot be looked into"),
        (packed(SCRIPT, head=b"/Filter/FlateDecode/F#69lter 7 0 R"), "cannot be looked into"),
        (packed(SCRIPT, head=b"/Filter /FlateDecode /DecodeParms 7 0 R"), "cannot be looked into"),
        (packed(SCRIPT, head=b"/Filter [ /FlateDecode ]"), "a program in it"),
        (b"%PDF-1.4 << /S /Rendition /JS (x) >> %%EOF", "film, sound or another medium"),
        (b"%PDF-1.5 << /Type /Obj#53tm >> endstream %%EOF", "cannot be looked into"),
    ],
)  # fmt: skip
def test_what_runs_is_locked_or_hidden_is_refused(content: bytes, said: str) -> None:
    assert said in fault_of_evidence(RULE, content)


def test_no_more_is_unpacked_than_a_document_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LARGEST", 1000)

    assert inside(packed(b" " * 500)).whole
    assert not inside(packed(b" " * 5000)).whole


def test_a_document_that_was_signed_is_looked_into() -> None:
    signed = b"<< /Type /Sig /Filter /Adobe.PPKLite >> endobj " + packed(b"<< /Type /Page >>")
    assert inside(signed).pages == 1


def test_a_small_document_does_not_fill_the_memory() -> None:
    table = packed(b"12 " * 300_000).replace(b"/First 4", b"/First 900000")
    names = b"%PDF-1.4 " + b"#41" * 100_000 + b" %%EOF"
    for content, unpacked in ((table, 900_000), (names, len(names))):
        tracemalloc.start()
        try:
            assert inside(content).whole
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 8 * unpacked


def test_words_that_only_begin_alike_are_nothing() -> None:
    found = inside(b"%PDF-1.4 /JavaScripts /Launcher /EncryptMetadata /Pagesize %%EOF")
    assert (found.pages, found.active, found.encrypted) == (None, "", False)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.sampled_from(
            [
                b"/ObjStm",
                b"stream\n",
                b"endstream",
                b"obj",
                b"/First 7",
                b"/Filter",
                b"1 0 2 9 ",
                b"#41",
                zlib.compress(b"x"),
                b"\0",
            ]
        )
    )
)
def test_nothing_that_is_sent_in_breaks_the_look(parts: list[bytes]) -> None:
    inside(b"%PDF-1.5 " + b" ".join(parts))
