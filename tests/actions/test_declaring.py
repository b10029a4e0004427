"""The headteacher's declaration: locked, drafted, signed by another person, stale."""

import pytest
from register_of_tests import confirmed, declared, enter, filled

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register import declaring
from keystage.actions.register.confirming import confirm
from keystage.store.models import AuditEvent, Declaration, Person, Sheet

pytestmark = pytest.mark.django_db


def words(sheet: Sheet) -> str:
    return declaring.state_of(sheet).words


def test_it_is_locked_until_every_pupil_has_a_code_and_the_register_is_confirmed(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    assert declaring.state_of(sheet).against == (
        "The register has pupils without a code.",
        "The register is not confirmed.",
    )
    with pytest.raises(RefusedError, match="without a code"):
        declaring.draft(sheet, outcome="confirmed", by=By(office))
    filled(sheet, office)
    assert declaring.state_of(sheet).against == ("The register is not confirmed.",)
    assert words(sheet) == "Locked"
    confirm(sheet, by=By(headteacher))

    assert declaring.state_of(sheet).against == ()
    assert words(sheet) == "To be drafted"


def test_one_drafts_and_another_signs(sheet: Sheet, office: Person, headteacher: Person) -> None:
    confirmed(sheet, office, headteacher)
    drafted = declaring.draft(sheet, outcome="confirmed", for_authority=True, by=By(office))
    assert words(sheet) == "To be signed"
    with pytest.raises(RefusedError, match="You drafted"):
        declaring.sign(sheet, declaration=drafted.pk, by=By(office))
    signed = declaring.sign(sheet, declaration=drafted.pk, by=By(headteacher))

    assert words(sheet) == "Signed"
    assert (signed.signed_by, signed.for_authority) == (headteacher, True)
    assert signed.counts["maths_3"] == {"present": 6}
    assert declaring.sign(sheet, declaration=drafted.pk, by=By(headteacher)) == signed
    assert AuditEvent.objects.filter(action="declaration signed").count() == 1
    with pytest.raises(RefusedError, match="is signed"):
        declaring.draft(sheet, outcome="confirmed", by=By(office))


def test_a_later_change_of_the_register_makes_it_stale_and_it_is_made_again(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    first = declared(sheet, office, headteacher)
    enter(sheet, office, "Ashby", "reading", "A", reason="Was away")

    state = declaring.state_of(sheet)
    assert (state.words, state.stale, state.is_signed) == ("To be made again", True, False)
    with pytest.raises(RefusedError, match="changed since"):
        declaring.sign(sheet, declaration=first.pk, by=By(headteacher))
    confirm(sheet, by=By(headteacher))
    assert declaring.state_of(sheet).stale, "another register was signed"
    again = declaring.draft(sheet, outcome="confirmed", by=By(office))
    declaring.sign(sheet, declaration=again.pk, by=By(headteacher))

    assert words(sheet) == "Signed"
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert first.signed_by == headteacher


def test_a_register_put_back_as_it_was_is_the_one_that_was_signed(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    declared(sheet, office, headteacher)
    enter(sheet, office, "Ashby", "reading", "A", reason="Was away")
    enter(sheet, office, "Ashby", "reading", "present", reason="Was there after all")
    confirm(sheet, by=By(headteacher))

    assert words(sheet) == "Signed"


@pytest.mark.parametrize("text", ["", "  \n "])
def test_who_cannot_confirm_says_why(
    sheet: Sheet, office: Person, headteacher: Person, text: str
) -> None:
    confirmed(sheet, office, headteacher)
    with pytest.raises(RefusedError, match="no explanation"):
        declaring.draft(sheet, outcome="cannot", explanation=text, by=By(office))


def test_an_explanation_has_as_many_characters_as_the_year_allows(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    confirmed(sheet, office, headteacher)
    longest = declaring.longest(2026)
    with pytest.raises(RefusedError, match=f"has {longest + 1} characters"):
        declaring.draft(sheet, outcome="cannot", explanation="x" * (longest + 1), by=By(office))
    made = declaring.draft(sheet, outcome="cannot", explanation="x" * longest, by=By(office))

    assert len(made.explanation) == longest == 1000


def test_the_outcome_fits_the_register(sheet: Sheet, office: Person, headteacher: Person) -> None:
    confirmed(sheet, office, headteacher)
    with pytest.raises(RefusedError, match="pupils took part"):
        declaring.draft(sheet, outcome="none", by=By(office))
    with pytest.raises(RefusedError, match="none of the outcomes"):
        declaring.draft(sheet, outcome="perhaps", by=By(office))


def test_a_school_in_which_nobody_took_part_says_so(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    sheet.cohort.all().delete()
    confirm(sheet, by=By(headteacher))
    with pytest.raises(RefusedError, match="no pupil took part"):
        declaring.draft(sheet, outcome="confirmed", by=By(office))
    made = declaring.draft(sheet, outcome="none", explanation="not kept", by=By(office))

    assert made.explanation == ""
    assert declaring.sign(sheet, declaration=made.pk, by=By(headteacher)).signed_at


def test_a_draft_that_was_replaced_is_not_signed(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    with pytest.raises(RefusedError, match="nothing to sign"):
        declaring.sign(sheet, declaration=1, by=By(headteacher))
    confirmed(sheet, office, headteacher)
    first = declaring.draft(sheet, outcome="confirmed", by=By(office))
    second = declaring.draft(sheet, outcome="cannot", explanation="A paper was lost", by=By(office))
    with pytest.raises(ChangedMeanwhileError):
        declaring.sign(sheet, declaration=first.pk, by=By(headteacher))
    enter(sheet, office, "Ashby", "reading", "A", reason="Was away")
    with pytest.raises(RefusedError, match="not confirmed"):
        declaring.sign(sheet, declaration=second.pk, by=By(headteacher))

    assert Declaration.objects.filter(signed_at__isnull=False).count() == 0


def test_a_draft_is_locked_again_when_the_register_changes(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    confirmed(sheet, office, headteacher)
    declaring.draft(sheet, outcome="confirmed", by=By(office))
    enter(sheet, office, "Ashby", "reading", "A", reason="Was away")

    assert words(sheet) == "Locked"
