"""A question about a row, a list or an amendment: its facts stand there, and no pupil's name."""

from uuid import UUID

import pytest
from cast_of_tests import AsPerson
from files_of_tests import Gate, row_of, sheet_file

from keystage.store.models import Amendment, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db
SCHOOL = "/school/900003/2026/messages/"


@pytest.mark.parametrize("which", ["missing", "unexpected"])
def test_a_question_about_numbers_and_amendments_holds_their_facts_and_no_pupil(
    as_person: AsPerson, office: Person, gate: Gate, judged_sheet: Sheet, pupils: list[Pupil],
    which: str,
) -> None:  # fmt: skip
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(one) for one in pupils[:4]]))
    client, got = as_person(office), gate.kept.pupils.order_by("upn").first()
    assert got is not None
    asked = Amendment.objects.create(
        school_return=gate.kept, reference="AM26-ABCDEFG", pupil=got, subject="writing",
        before="EXS", after="GDS", reason="x", drafted_at=gate.kept.changed_at, drafted_by=office,
    )  # fmt: skip
    count = {"missing": 2, "unexpected": 0}[which]
    for query, fact, about in (
        (f"numbers={which}", f"Pupils {which} in the return: {count}.", f"numbers {which}"),
        (f"amendment={asked.pk}", "Amendment AM26-ABCDEFG, writing,", f"amendment {asked.pk}"),
    ):
        page = client.get(f"{SCHOOL}new/?{query}").text
        assert fact in page
        assert f'value="{about}"' in page
        assert "Ashby" not in page
        given = {"receiver": "authority 999", "subject": "A row", "body": fact, "about": about}
        thread = client.post(f"{SCHOOL}new/", given, follow=True).text
        assert "See what it is about" in thread


@pytest.mark.parametrize("query", ["numbers=all", "numbers=missing", f"amendment={UUID(int=0)}"])
def test_a_question_about_numbers_nobody_counted_is_not_found(
    as_person: AsPerson, office: Person, query: str
) -> None:
    assert as_person(office).get(f"{SCHOOL}new/?{query}").status_code == 404
