"""A file parsed whole and a file read as it comes give the same rows, and are refused alike."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import invented
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keystage.formats.ctf.batch import Batch, Header, Slots
from keystage.formats.ctf.limits import Limits
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.ctf.rows import read_rows
from keystage.formats.ctf.stream import stream_rows

LIMITS = Limits(pupils=20, results=30, slots=20, text=40)
NAMES = (
    "CTfile", "Header", "CTFpupilData", "Pupil", "UPN", "Surname", "DOB", "Sex", "Gender",
    "BasicDetails", "FormerUPN", "StageAssessments", "KeyStage", "Stage", "StageAssessment",
    "SubjectAssessment", "Year", "Subject", "Result", "ResultDate", "SchoolHistory", "School",
    "LeavingDate", "LastSchool", "SuppInfo", "SourceSchool", "LEA",
)  # fmt: skip
TEXTS = st.sampled_from(
    [
        "", " ", "A", " A ", "2026", "2026-01-02", "true", "é", "&amp;", "&#65;", "\n", "\t\r\n",
        "<![CDATA[<]]>", "<!-- - -->", "<?x y?>", "&x;", "<", "x" * 41, "]]>",
    ],
)  # fmt: skip
TREES = st.recursive(
    st.builds(lambda name, text: f"<{name}>{text}</{name}>", st.sampled_from(NAMES), TEXTS),
    lambda inner: st.builds(
        lambda name, parts, gap: f"<{name}>{gap}{gap.join(parts)}</{name}>",
        st.sampled_from(NAMES),
        st.lists(inner, max_size=6),
        st.sampled_from(["", "\n", "  ", "t"]),
    ),
    max_leaves=30,
)


def whole(data: bytes) -> tuple[object, ...]:
    """What the reader of files in memory gives."""
    header, slots = Header(), Slots()
    try:
        return header, joined(read_rows(data, header, slots, LIMITS)), slots.keys
    except CtfRefusedError as refused:
        return refused.fault, refused.what, refused.line


def streamed(data: bytes) -> tuple[object, ...]:
    """What the streaming reader gives."""
    header, slots = Header(), Slots()
    try:
        return header, joined(stream_rows(BytesIO(data), header, slots, LIMITS)), slots.keys
    except CtfRefusedError as refused:
        return refused.fault, refused.what, refused.line


def joined(batches: Iterable[Batch]) -> Batch:
    """Batches as one."""
    every = list(batches)
    one = every[0]
    for batch in every[1:]:
        assert batch.first == one.next
        one.dates += [(len(one.results) + at, text, line) for at, text, line in batch.dates]
        for name in (
            "lines", "identities", "places", "result_pupils", "result_lines", "result_slots",
            "results", "odd", "padded",
        ):  # fmt: skip
            getattr(one, name).extend(getattr(batch, name))
    return one


@settings(max_examples=400, deadline=None)
@given(st.lists(TREES, max_size=4))
@example(["<Pupil><UPN>\n<CTfile></CTfile></UPN></Pupil>"])
@example(["<Pupil><UPN> <!-- --> A</UPN><Sex> <![CDATA[F]]></Sex></Pupil>"])
@example(["<Header><SourceSchool/><SourceSchool/></Header>"])
@example(["<Pupil><StageAssessments><StageAssessment/></StageAssessments></Pupil>"])
def test_both_give_the_same_for_any_file(trees: list[str]) -> None:
    inside = "\n".join(trees)
    data = f"<CTfile>{inside}</CTfile>".encode()

    assert whole(data) == streamed(data)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "UPN": st.sampled_from([*invented.UPNS[:3], None, "", " x "]),
                "Surname": st.text("aé<&\"' -", max_size=8).map(
                    lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
                ),
                "Sex": st.sampled_from(["F", "M", None]),
                "rows": st.lists(
                    st.builds(
                        invented.row,
                        st.sampled_from(["ENG", "MAT"]),
                        st.sampled_from(["REA", "SUB", None]),
                        st.sampled_from(["EXS", "", None, "104"]),
                        ResultDate=st.sampled_from([None, "2026-06-01", "June"]),
                    ),
                    max_size=4,
                ).map("".join),
            }
        ),
        max_size=5,
    ),
    st.sampled_from(["\n", "\r\n", ""]),
    st.sampled_from(["", ' xmlns="http://www.dcsf.gov.uk/schemas/cbds"']),
)
def test_both_give_the_same_for_files_like_real_ones(
    pupils: list[dict[str, Any]], newline: str, namespace: str
) -> None:
    text = invented.document(*(invented.pupil(**values) for values in pupils))
    text = text.replace("<CTfile>", f"<CTfile{namespace}>").replace("\n", newline)

    found = whole(text.encode())
    assert found == streamed(text.encode())
    assert isinstance(found[0], Header)


@pytest.mark.parametrize("size", [1, 7, 127, 128, 129, 300])
def test_batches_follow_one_another(size: int) -> None:
    limits = Limits()
    data = invented.document(*(invented.pupil(at % 99 + 1) for at in range(size))).encode()
    header, slots = Header(), Slots()
    batches = list(stream_rows(BytesIO(data), header, slots, limits))

    assert sum(len(batch.lines) for batch in batches) == size
    one = joined(batches)
    (other,) = read_rows(data, Header(), Slots(), limits)
    assert one == other
