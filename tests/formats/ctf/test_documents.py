"""A file that is written again keeps everything it came with."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from keystage.core.errors import InputError
from keystage.core.subjects import Subject
from keystage.formats.ctf.document import Assessments, Document, read_document
from keystage.formats.ctf.header import Header, School
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.ctf.transfer import write_transfer
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2026)
PROFILE = load_profile()
UPN = "Q999030120001"
NAMESPACE = "http://www.dcsf.gov.uk/schemas/cbds"


def row(
    subject: str,
    component: str,
    result: str,
    *,
    year: int = 2026,
    method: str = "TA",
    more: str = "",
) -> str:
    return (
        f"<StageAssessment><Locale>ENG</Locale><Year>{year}</Year><Subject>{subject}</Subject>"
        f"<Method>{method}</Method><Component>{component}</Component>"
        f"<ResultStatus>R</ResultStatus><ResultQualifier>NL</ResultQualifier>"
        f"{result}{more}</StageAssessment>"
    )


def file(*pupils: str, version: str = "25.0", prefix: str = "", namespace: str = "") -> bytes:
    """A file of pupils given by what is in them; with a prefix, all of it in a namespace."""
    inside = "".join(f"<Pupil>{pupil}</Pupil>" for pupil in pupils)
    text = (
        f"<CTfile><Header><DocumentName>Common Transfer File</DocumentName>"
        f"<CTFversion>{version}</CTFversion></Header>"
        f"<CTFpupilData>{inside}</CTFpupilData></CTfile>"
    )
    if namespace:
        mark = f"{prefix}:" if prefix else ""
        text = text.replace("<", f"<{mark}").replace(f"<{mark}/", f"</{mark}")
        declared = f"xmlns:{prefix}" if prefix else "xmlns"
        text = text.replace("CTfile>", f'CTfile {declared}="{namespace}">', 1)
    return text.encode()


def pupil(*stages: str, upn: str = UPN, after: str = "") -> str:
    """What is in a pupil: the number, assessments of key stage 2 if there are any, and more."""
    rows = "".join(stages)
    around = f"<KeyStage><Stage>KS2</Stage>{rows}</KeyStage>"
    return (
        f"<UPN>{upn}</UPN>"
        + (f"<StageAssessments>{around}</StageAssessments>" if rows else "")
        + after
    )


def setter(document: Document) -> Assessments:
    return Assessments(document, COLLECTION, PROFILE)


def results(document: Document) -> list[tuple[str, ...]]:
    """Subject, component and result of every row."""
    return [
        tuple(each.findtext(f"{{*}}{name}") or "" for name in ("Subject", "Component", "Result"))
        for each in document.root.iter("{*}StageAssessment")
    ]


NAMES = st.sampled_from(
    ["UPN", "Surname", "Odd", "SuppInfo", "StageAssessments", "KeyStage", "Contacts", "Gender"]
)
TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=8
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> etree._Element:
    """Any elements with attributes, texts, comments and instructions between them."""
    element = etree.Element(draw(NAMES), draw(st.dictionaries(NAMES, TEXT, max_size=2)))
    element.text = draw(TEXT)
    for _ in range(draw(st.integers(0, 3)) if depth else 0):
        inside = draw(
            st.one_of(
                trees(depth=depth - 1),
                st.builds(etree.Comment, st.sampled_from(["a note", " - "])),
                st.builds(etree.PI, st.just("made"), st.sampled_from(["by=x", ""])),
            )
        )
        inside.tail = draw(TEXT)
        element.append(inside)
    return element


@settings(deadline=None, max_examples=80)
@given(
    people=st.lists(trees(), max_size=3),
    version=st.integers(10, 26),
    namespace=st.sampled_from(["", NAMESPACE, "urn:anything"]),
)
def test_read_written_and_read_again_is_the_same(
    people: list[etree._Element], version: int, namespace: str
) -> None:
    space = f"{{{namespace}}}" if namespace else ""
    root = etree.Element(f"{space}CTfile", nsmap={"c": namespace} if namespace else None)
    header = etree.SubElement(root, f"{space}Header")
    etree.SubElement(header, f"{space}CTFversion").text = f"{version}.0"
    etree.SubElement(root, f"{space}CTFpupilData").extend(people)
    data = etree.tostring(root, encoding="utf-8", xml_declaration=True)

    document = read_document(data, "a.xml")
    written = document.write()

    assert document.version == f"{version}.0"
    assert read_document(written, "a.xml").write() == written
    assert etree.tostring(etree.fromstring(written), method="c14n") == etree.tostring(
        etree.fromstring(data), method="c14n"
    )


def test_a_file_in_another_encoding_is_written_in_utf_8() -> None:
    data = file("<Surname>Siân</Surname>").decode().encode("utf-16")

    written = read_document(data, "a.xml").write()

    assert written.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<CTfile>')
    assert "Siân".encode() in written


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "damaged"),
        (b"<CTfile>", "damaged"),
        (b"<CTfile></CTFile>", "damaged"),
        (b"<html/>", "not_a_ctf"),
        (b"<!DOCTYPE CTfile><CTfile/>", "forbidden"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><CTfile>&b;</CTfile>', "forbidden"),
    ],
)
def test_what_a_reader_of_rows_refuses_is_refused(data: bytes, fault: str) -> None:
    with pytest.raises(CtfRefusedError) as raised:
        read_document(data, "odd.xml")
    assert raised.value.fault == fault
    assert raised.value.where.startswith("odd.xml")


def test_what_only_the_keeping_parser_refuses_is_refused_too() -> None:
    data = b"<CTfile>\n<" + b"a" * 60_000 + b"/></CTfile>"

    with pytest.raises(CtfRefusedError, match="cannot be kept whole") as raised:
        read_document(data, "long.xml")
    assert (raised.value.fault, raised.value.line) == ("damaged", 2)


@pytest.mark.parametrize(("prefix", "namespace"), [("", ""), ("", NAMESPACE), ("c", NAMESPACE)])
@pytest.mark.parametrize("version", [f"{number}.0" for number in range(10, 27)])
def test_a_judgement_is_added_in_every_version_and_namespace(
    version: str, prefix: str, namespace: str
) -> None:
    data = file(pupil(row("SCI", "SUB", "<Result>EXS</Result>")), version=version,
                prefix=prefix, namespace=namespace)  # fmt: skip
    document = read_document(data, "a.xml")

    setter(document).set_judgements(document.pupils()[0], {Subject.WRITING: "GDS"})

    again = read_document(document.write(), "a.xml")
    assert again.version == version
    assert results(again) == [("SCI", "SUB", "EXS"), ("ENG", "WRI", "GDS")]
    spaces = {etree.QName(each).namespace or "" for each in again.root.iter()}
    assert spaces == {namespace}


def test_a_row_about_the_same_thing_is_replaced_and_keeps_its_tuple() -> None:
    document = read_document(
        file(
            pupil(
                row("ENG", "WRI", "<Result>EXS</Result>", year=2025),
                row("ENG", "WRI", "<Result> wts </Result>"),
                row("MAT", "MA", "<Result>PK1</Result>"),
                row("ENG", "REA", "<Result>45</Result>", method="TT"),
            )
        ),
        "a.xml",
    )

    before = setter(document).set_judgements(
        document.pupil(UPN.lower() + " "),
        {Subject.WRITING: "GDS", Subject.MATHS: "PK2", Subject.READING: "PK3"},
    )

    assert before == {Subject.WRITING: " wts ", Subject.MATHS: "PK1", Subject.READING: None}
    assert results(document) == [
        ("ENG", "WRI", "EXS"),
        ("ENG", "WRI", "GDS"),
        ("MAT", "MA", "PK2"),
        ("ENG", "REA", "45"),
        ("ENG", "REA", "PK3"),
    ]


def test_setting_the_same_twice_changes_nothing() -> None:
    document = read_document(file(pupil()), "a.xml")
    set_, values = setter(document), {Subject.WRITING: "EXS", Subject.SCIENCE: "HNM"}
    set_.set_judgements(document.pupils()[0], values)
    written = document.write()

    before = set_.set_judgements(document.pupils()[0], values)

    assert before == values
    assert document.write() == written


def test_only_assessments_are_touched() -> None:
    others = "<BasicDetails><Odd at='1'>x</Odd></BasicDetails><!-- kept -->"
    after = "<SchoolHistory/><SuppInfo><Mine/></SuppInfo>"
    data = file(f"<UPN>{UPN}</UPN>{others}{after}", pupil(row("SCI", "SUB", ""), upn="other"))
    document = read_document(data, "a.xml")

    setter(document).set_judgements(document.pupils()[0], {Subject.WRITING: "EXS"})

    written = document.write().decode()
    added = written[written.index("<StageAssessments>") : written.index("<SchoolHistory/>")]
    assert written.replace(added, "") == read_document(data, "a.xml").write().decode()
    assert added.endswith("</StageAssessments>")


def test_assessments_stand_before_what_follows_them_in_the_format() -> None:
    document = read_document(file(f"<UPN>{UPN}</UPN><Attendance/><SuppInfo/>"), "a.xml")

    setter(document).set_judgements(document.pupils()[0], {Subject.WRITING: "EXS"})

    assert [part.tag for part in document.pupils()[0]] == [
        "UPN", "Attendance", "StageAssessments", "SuppInfo",
    ]  # fmt: skip


def test_a_row_without_a_result_gets_one_before_its_date() -> None:
    document = read_document(
        file(
            pupil(
                row("ENG", "WRI", "", more="<ResultDate>2026-06-01</ResultDate>"),
                row("SCI", "SUB", ""),
            )
        ),
        "a.xml",
    )

    before = setter(document).set_judgements(
        document.pupils()[0], {Subject.WRITING: "EXS", Subject.SCIENCE: "EXS"}
    )

    assert before == {Subject.WRITING: None, Subject.SCIENCE: None}
    first, second = document.root.iter("StageAssessment")
    assert [part.tag for part in first][-2:] == ["Result", "ResultDate"]
    assert [part.tag for part in second][-1:] == ["Result"]


@pytest.mark.parametrize(("value", "dates"), [("EXS", 1), ("GDS", 0)])
def test_the_date_of_a_result_goes_with_it(value: str, dates: int) -> None:
    dated = row("ENG", "WRI", "<Result>EXS</Result>", more="<ResultDate>2026-06-01</ResultDate>")
    document = read_document(file(pupil(dated)), "a.xml")

    setter(document).set_judgements(document.pupils()[0], {Subject.WRITING: value})

    assert len(list(document.root.iter("ResultDate"))) == dates


def test_other_stages_stay_and_a_new_one_is_added_after_them() -> None:
    stages = "<StageAssessments><KeyStage><Stage>KS1</Stage></KeyStage></StageAssessments>"
    document = read_document(file(f"<UPN>{UPN}</UPN>{stages}"), "a.xml")

    setter(document).set_judgements(document.pupils()[0], {Subject.SCIENCE: "EXS"})

    assert [each.text for each in document.root.iter("Stage")] == ["KS1", "KS2"]


def test_added_lines_are_indented_like_their_neighbours() -> None:
    data = file(f"\n\t\t\t<UPN>{UPN}</UPN>\n\t\t").replace(b"<Pupil>", b"\n\t\t<Pupil>")
    document = read_document(data, "a.xml")

    setter(document).set_judgements(document.pupils()[0], {Subject.SCIENCE: "EXS"})

    lines = document.write().decode().splitlines()
    assert "\t\t\t<StageAssessments>" in lines
    assert "\t\t\t\t\t\t<Result>EXS</Result>" in lines
    assert "\t\t\t</StageAssessments>" in lines


@pytest.mark.parametrize("value", ["", "  ", "EX\x00S", "\x1f"])
def test_a_judgement_is_never_blanked_or_garbled(value: str) -> None:
    document = read_document(file(pupil(row("ENG", "WRI", "<Result>EXS</Result>"))), "a.xml")

    with pytest.raises(InputError, match="The writing judgement to set is blank or no plain text"):
        setter(document).set_judgements(document.pupils()[0], {Subject.WRITING: value})
    assert results(document) == [("ENG", "WRI", "EXS")]


@pytest.mark.parametrize(("upns", "says"), [((), "no pupil"), ((UPN, UPN), "2 pupils")])
def test_a_pupil_is_found_only_where_there_is_one(upns: tuple[str, ...], says: str) -> None:
    document = read_document(file(*(pupil(upn=upn) for upn in upns)), "a.xml")

    with pytest.raises(InputError, match=says):
        document.pupil(UPN)


def test_a_file_without_header_has_no_version() -> None:
    assert read_document(b"<CTfile/>", "a.xml").version == ""


HEADER = Header(
    version="25.0",
    made_at=datetime(2026, 7, 20, 9),  # noqa: DTZ001  # the format has no zone
    source=School(la="999", estab="0301"),
    destination=School(la="999", estab="0302", urn="900004"),
    academic_year=2025,
    document_name="Common Transfer File",
)


def test_a_transfer_carries_what_the_regulations_name_and_leaves_the_rest() -> None:
    inside = (
        "<SuppInfo>x</SuppInfo><Email>a@example.org</Email><Gender>F</Gender><Odd/>"
        "<Contacts><Contact><Order>1</Order><Attachment>scan</Attachment><!-- secret --></Contact>"
        "</Contacts><UPN>A1</UPN><Photo>zzz</Photo><?tool here?>"
    )
    document = read_document(file(inside), "a.xml")

    data = write_transfer(document, HEADER)

    sent = etree.fromstring(data)
    person = sent.find(".//Pupil")
    assert person is not None
    assert [part.tag for part in person] == ["UPN", "Sex", "Email", "Contacts"]
    assert [part.tag for part in person.iter("Order", "Attachment")] == ["Order"]
    for left in (b"secret", b"scan", b"zzz", b"tool", b"SuppInfo"):
        assert left not in data
    assert sent.findtext("Header/DestSchool/URN") == "900004"


@pytest.mark.parametrize(("version", "element"), [("22.0", "Gender"), ("25.0", "Sex")])
def test_a_transfer_names_the_sex_as_its_own_version_does(version: str, element: str) -> None:
    old, new = (read_document(file(f"<{tag}>F</{tag}>"), "a.xml") for tag in ("Gender", "Sex"))
    header = Header(
        version=version,
        made_at=HEADER.made_at,
        source=HEADER.source,
        destination=HEADER.destination,
        academic_year=2025,
        document_name="Common Transfer File",
    )

    assert write_transfer(old, header) == write_transfer(new, header)
    assert f"<{element}>F</{element}>".encode() in write_transfer(old, header)


def test_a_transfer_has_no_namespace_and_keeps_plain_attributes() -> None:
    inside = '<UPN at="1" x:at="2">A1</UPN>'
    data = file(inside, prefix="", namespace=NAMESPACE).replace(
        b"<CTfile ", b'<CTfile xmlns:x="urn:x" '
    )

    sent = write_transfer(read_document(data, "a.xml"), HEADER)

    assert b'<UPN at="1">A1</UPN>' in sent
    assert NAMESPACE.encode() not in sent


def test_a_transfer_of_nobody_and_of_a_value_cut_by_a_comment() -> None:
    assert b"<CTFpupilData/>" in write_transfer(read_document(file(), "a.xml"), HEADER)
    cut = read_document(file("<UPN>A1<!-- x -->B2</UPN>"), "a.xml")
    assert b"<UPN>A1B2</UPN>" in write_transfer(cut, HEADER)


def test_a_transfer_written_and_written_again_is_the_same() -> None:
    document = read_document(
        file(pupil(row("ENG", "WRI", "<Result>EXS</Result>"), after="<SchoolHistory/>")), "a.xml"
    )

    once = write_transfer(document, HEADER)

    assert write_transfer(read_document(once, "b.xml"), HEADER) == once
    assert once.decode().splitlines()[1] == "<CTfile>"
