"""Files of released results: read back the same by our own reader, and each written down."""

import pytest
from cast_of_tests import YEAR
from releases_of_tests import Agency, file_of, line, marks_of

from keystage.actions.errors import RefusedError
from keystage.actions.releases.downloading import (
    AS_CTF,
    PARTS,
    Form,
    as_csv,
    download,
    pupils_of,
)
from keystage.actions.releases.released import released_to
from keystage.flows.roll.files.results import read_judgements, read_results
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection
from keystage.store.models import AuditEvent, Organisation, Pupil, Sheet

pytestmark = pytest.mark.django_db
FORMS: tuple[Form, ...] = ("csv", "ctf")


def test_what_is_downloaded_is_read_back_the_same_and_written_down(
    agency: Agency, judged_sheet: Sheet, pupils: list[Pupil]
) -> None:
    rows = [line(pupil, "reading", 26) for pupil in pupils]
    rows += [line(pupils[0], "maths", None, outcome="A"), line(pupils[1], "maths", 80)]
    agency.release(file_of([*rows, line(pupils[1], "gps", 1)]))
    school, year, profile = judged_sheet.school, load_collection(YEAR), load_profile()
    released = released_to(school, YEAR, now=agency.at)

    for part in PARTS:
        tests = {part} & {"reading", "gps", "maths"} or {"reading", "gps", "maths"}
        for form in FORMS if part in AS_CTF else FORMS[:1]:
            made = download(
                organisation=school, released=released, part=part, form=form, by=agency.one
            )
            read = read_results(made.content, made.name, year, profile)
            upns = {one.row: one.facts.upn for one in read.file.pupils}

            assert read.unread == ()
            assert {
                (upns[one.row], str(one.subject), one.mark, one.score, one.outcome)
                for one in read.results
            } == {
                (row.upn, row.subject, row.raw_mark, row.scaled_score, row.outcome)
                for row in released.results
                if row.subject in tests
            }
    judgements = read_judgements(
        download(
            organisation=school, released=released, part="all", form="ctf", by=agency.one
        ).content,
        "all.xml",
        year,
        profile,
    ).judgements
    assert {(str(one.subject), one.code) for one in judgements} == {
        ("writing", "EXS"),
        ("science", "EXS"),
    }
    told = AuditEvent.objects.filter(action="taken away").values_list("subject", flat=True)
    assert len(told) == 8
    assert "results, gps, csv, release version 1" in told
    with pytest.raises(RefusedError, match="no such file"):
        download(organisation=school, released=released, part="maths", form="ctf", by=agency.one)


def test_a_body_takes_its_schools_away_in_one_file_with_the_number_on_each_row(
    agency: Agency, pupils: list[Pupil], authority: Organisation, other_school: Organisation
) -> None:
    other = Pupil.objects.create(
        school=other_school, upn="A999030220001", surname="=cmd()", forename="B", sex="F",
        birth_date=pupils[0].birth_date,
    )  # fmt: skip
    agency.release(marks_of([*pupils, other]))
    released = released_to(authority, YEAR, now=agency.at)

    made = download(
        organisation=authority, released=released, part="tests", form="csv", by=agency.one
    )
    packed = download(
        organisation=authority, released=released, part="tests", form="ctf", by=agency.one
    )
    lines = made.content.decode("utf-8-sig").splitlines()

    assert [text.split(",")[0] for text in lines[1:]] == ["9990301"] * 6 + ["9990302"]
    assert "'=cmd()" in lines[-1]
    assert packed.name.endswith(".zip")
    assert packed.content.startswith(b"PK")


def test_a_pupil_without_a_birth_date_is_left_out_of_the_transfer_file_only(
    agency: Agency, pupils: list[Pupil]
) -> None:
    Pupil.objects.filter(pk=pupils[0].pk).update(birth_date=None)
    agency.release(marks_of(pupils))
    released = released_to(pupils[0].school, YEAR, now=agency.at)

    made = download(
        organisation=pupils[0].school, released=released, part="tests", form="ctf", by=agency.one
    )

    assert (made.name, made.left_out) == ("9990301_KS2_9990301_001.xml", 1)
    assert pupils[0].upn.encode() not in made.content
    assert pupils[0].upn.encode() in as_csv(pupils_of(released.results))
