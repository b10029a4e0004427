"""Large files keep their line numbers and stay within their limits."""

import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import invented
import pytest
from invented import document, pupil, row

from keystage.formats.ctf import assessments, element, frames, rows
from keystage.formats.ctf.batch import Header, Slots
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.limits import UPLOAD, Limits
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.ctf.rows import read_rows
from keystage.formats.ctf.stream import stream_rows
from keystage.records.returns import ReturnSet


def read(text: str, limits: Limits) -> ReturnSet:
    return read_returns([NamedBytes("a.xml", text.encode())], load_profile(), limits=limits)


def of_many_lines(lines: int) -> tuple[str, int]:
    """A file whose pupil stands after so many lines, and that line."""
    text = document(pupil(1), after="\n" * lines)
    return text, text.count("\n", 0, text.index("<Pupil>")) + 1


@pytest.mark.parametrize("lines", [65_400, 65_490, 65_510, 65_520, 65_530, 65_540, 200_000])
def test_the_line_is_right_however_many_there_are(lines: int) -> None:
    """A parser that keeps a line in 16 bits gives another one from the 65,535th on."""
    text, expected = of_many_lines(lines)
    (batch, *_) = read_rows(text.encode(), Header(), Slots())

    assert batch.lines == [expected]
    assert batch.places[0][:5] == [expected + at for at in range(1, 6)]
    assert [b - a for a, b in pairwise(batch.result_lines)] == [10]


def test_a_file_of_200_000_lines_names_each_pupils_line() -> None:
    text = document(*(pupil(at % 99 + 1) for at in range(7_200)))
    expected = [at for at, line in enumerate(text.splitlines(), 1) if line == "    <Pupil>"]
    found = read(text, Limits())

    assert text.count("\n") > 200_000
    assert found.pupils["line"].to_list() == expected
    assert found.lines["sex"].to_list() == [line + 5 for line in expected]


def test_a_file_too_large_to_hold_is_read_from_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.xml"
    path.write_text(document(*(pupil(at % 99 + 1) for at in range(300))))
    whole = read_returns([path], load_profile())
    monkeypatch.setattr(frames, "_IN_MEMORY", 100)
    streamed = read_returns([path], load_profile())

    for name in ("files", "pupils", "results", "slots", "lines", "header_lines"):
        assert getattr(whole, name).equals(getattr(streamed, name)), name


def test_a_large_file_that_is_damaged_at_its_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_IN_MEMORY", 100)
    damaged, good = tmp_path / "a.xml", tmp_path / "b.xml"
    damaged.write_text(document(*(pupil(at % 99 + 1) for at in range(300))) + "<")
    good.write_text(document(pupil(1)))
    found = read_returns([good, damaged, good], load_profile())

    assert found.pupils.select("file", "pupil").rows() == [(0, 0), (2, 1)]
    assert found.results["pupil"].to_list() == [0, 0, 1, 1]
    assert found.faults.select("file", "fault").rows() == [(1, "damaged")]


def test_a_large_file_of_another_kind_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_IN_MEMORY", 10)
    path = tmp_path / "a.xml"
    path.write_text("UPN,Surname,Writing\n" * 10)

    assert read_returns([path], load_profile()).faults["fault"].to_list() == ["wrong_type"]


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(pupils=2), "The file holds more than 2 pupils."),
        (Limits(results=1), "The file holds more than 1 results of one pupil."),
        (Limits(slots=1), "The file holds more than 1 kinds of result."),
        (Limits(text=20), "The value of SchoolName is longer than 20 characters."),
        (Limits(file_bytes=1000), "The file is larger than 0 MiB."),
    ],
)
def test_a_file_past_a_limit_is_refused(limits: Limits, what: str) -> None:
    found = read(invented.clean(), limits)

    assert found.faults.select("fault", "reason").rows() == [("too_big", what)]
    assert found.pupils.is_empty()


@pytest.mark.parametrize("limits", [Limits(pupils=3, results=2, slots=2, text=29)])
def test_a_file_at_its_limits_is_read(limits: Limits) -> None:
    assert read(invented.clean(), limits).pupils.height == 3


def test_a_file_on_disk_past_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(invented.clean())
    found = read_returns([path], load_profile(), limits=Limits(file_bytes=1000))

    assert found.faults["fault"].to_list() == ["too_big"]


@pytest.mark.parametrize(("deep", "faults"), [(256, []), (257, ["too_big"])])
@pytest.mark.parametrize("streamed", [True, False])
def test_both_readers_count_the_same_depth(
    deep: int, faults: list[str], monkeypatch: pytest.MonkeyPatch, *, streamed: bool
) -> None:
    monkeypatch.setattr(rows, "_WHOLE", 0 if streamed else 2**22)
    inner = deep - 1
    text = f"<CTfile>{'<a>' * inner}{'</a>' * inner}</CTfile>"

    assert read(text, Limits()).faults["fault"].to_list() == faults


def test_one_pupil_cannot_hold_any_number_of_elements() -> None:
    many = "<StageAssessments>" + "<a/>" * 300_000 + "</StageAssessments>"
    text = document(pupil(1, more=many), after="\n" * 70_000)

    assert read(text, Limits()).faults["fault"].to_list() == ["too_big"]


def test_text_between_elements_may_be_of_any_length() -> None:
    text = document(pupil(1), after="\n" * 70_000).replace("<KeyStage>", f"{' ' * 9999}<KeyStage>")

    assert read(text, Limits()).pupils.height == 1


def test_a_stream_that_grows_past_the_limit_is_refused() -> None:
    with pytest.raises(CtfRefusedError, match="The file is larger than 0 MiB"):
        list(stream_rows(BytesIO(b"<CTfile>"), Header(), Slots(), Limits(file_bytes=7)))


@pytest.mark.parametrize("start", [b"<CTfile><", b"<CTfile><!-- ", b'<CTfile a="', b"<CTfile><?x "])
def test_one_tag_of_any_length_is_refused_and_soon(start: bytes) -> None:
    """A parser looks through an unfinished tag again with every chunk: hours, for a large one."""
    endless = BytesIO(start + b"x" * 6_000_000)
    with pytest.raises(CtfRefusedError, match="longer than 4 MiB") as refused:
        list(stream_rows(endless, Header(), Slots()))

    assert refused.value.fault == "too_big"


def test_a_reader_of_many_files_forgets_names_and_rows_it_has_no_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(element, "_NAMES", 3)
    monkeypatch.setattr(assessments, "_REMEMBERED", 2)
    four = "".join(row("ENG", "WRI", code) for code in ("EXS", "GDS", "WTS", "EXS"))

    assert read(document(pupil(1, four)), Limits()).results["result"].to_list() == [
        "EXS", "GDS", "WTS", "EXS",
    ]  # fmt: skip


def archive(count: int, content: str) -> NamedBytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for at in range(count):
            written.writestr(f"{at}.xml", content)
    return NamedBytes("a.zip", file.getvalue())


def test_an_archive_of_too_many_files_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    many = archive(UPLOAD.archive_members + 1, "")
    (tmp_path / "a.zip").write_bytes(many.data)
    found = read_returns([many, tmp_path / "a.zip"], load_profile(), limits=UPLOAD)

    assert found.faults["fault"].to_list() == ["too_big", "too_big"]
    assert found.faults["reason"][0] == "The archive holds more than 2,048 files."


def test_an_archive_that_unpacks_to_too_much_is_read_as_far_as_it_may_be() -> None:
    text = invented.clean()
    limits = Limits(archive_bytes=2 * len(text))
    found = read_returns([archive(3, text)], load_profile(), limits=limits)

    assert found.files["form"].to_list() == ["ctf", "ctf", None]
    assert found.faults["reason"].to_list() == ["The archive unpacks to over 0 MiB."]


def test_a_member_past_the_size_of_a_file_is_refused() -> None:
    found = read_returns(
        [archive(1, invented.clean())], load_profile(), limits=Limits(file_bytes=1000)
    )

    assert found.faults["reason"].to_list() == ["The file is larger than 0 MiB."]


def test_files_of_more_kinds_of_result_than_one_piece_holds_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frames, "_SLOTS", 2)
    sources = [
        NamedBytes(f"{at}.xml", document(pupil(1, row("ENG", f"C{at // 2}", "EXS"))).encode())
        for at in range(8)
    ]
    found = read_returns(sources, load_profile())

    assert found.slots["component"].to_list() == ["C0", "C1", "C2", "C3"]
    assert found.results["slot"].to_list() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found.pupils["pupil"].to_list() == list(range(8))
