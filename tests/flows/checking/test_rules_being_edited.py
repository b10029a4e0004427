"""Rules that are being edited: what has to be corrected, what to look at, and what differs."""

import pytest

from keystage.core.errors import StatuteError
from keystage.flows.checking import reaching
from keystage.flows.checking.deciding import decide
from keystage.flows.checking.differing import differences_in_words
from keystage.flows.checking.reviewing import Reviewed, reviewed
from keystage.statute.checking_loader import checking_document, load_checking

TEXT = checking_document(2026).text


def edited(*changes: tuple[str, str]) -> Reviewed:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return reviewed(text, 2026, "rules.toml")


def said(*changes: tuple[str, str]) -> tuple[str, ...]:
    found = edited(*changes)
    assert found.checking is not None
    return differences_in_words(load_checking(2026), found.checking)


def test_the_shipped_rules_are_sound_and_nothing_is_to_look_at() -> None:
    found = edited()

    assert (found.faults, found.remarks, found.sound) == ((), (), True)
    assert decide(found.book, "died", {"died_on": "2026-04-20"}, {}).outcome == "approve"
    assert said() == ()


def test_a_text_that_cannot_be_read_has_one_fault_with_its_place() -> None:
    found = reviewed("[year]\nid = 2025", 2026, "rules.toml")

    assert found.checking is None
    assert [one.what for one in found.faults] == ["The file is for 2025, not for 2026."]
    with pytest.raises(StatuteError, match="for 2025"):
        _ = found.book


def test_all_faults_are_told_with_line_and_what_to_do() -> None:
    found = edited(
        ('{ id = "YGC-2", outcome = "scrutiny"', '{ id = "YGC-2", outcome = "approve"'),
        ("{left_on}. That is", "{gone_on}. That is"),
    )

    assert [one.what.split("{")[0] for one in found.faults] == [
        "The rule of year_group does not end with a person.",
        "The sentence “The pupil left on ",
    ]
    assert all(one.where.startswith("rules.toml, table [rules], line ") for one in found.faults)
    assert all(one.todo for one in found.faults)
    with pytest.raises(StatuteError, match="does not end with a person"):
        _ = found.book


def test_a_branch_no_answers_lead_to_is_told() -> None:
    either = 'either = { any = ["language_is_english", "language_is_another"] }'
    found = edited(
        ('{ id = "ARR-1", when = "language_is_english"', '{ id = "ARR-1", when = "either"'),
        ("[rules.conditions]", f"[rules.conditions]\n{either}"),
    )

    assert [one.what.partition(" of ")[0] for one in found.remarks] == [
        "No answers lead to the branch ARR-2",
        "No answers lead to the branch ARR-3",
        "No answers lead to the branch ARR-4",
    ]
    assert found.sound


def test_a_day_nobody_knows_is_told() -> None:
    found = edited(('event = "tests_first"', 'event = "declaration_due"'))

    assert found.remarks[0].what == (
        "The first day of the tests is not known, so what compares with it goes to a person."
    )
    assert "branch EHE-1" in " ".join(one.what for one in found.remarks)


def test_a_rule_with_too_many_answers_to_try_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "MOST", 10)

    assert any("too many answers" in one.what for one in edited().remarks)


def test_a_year_without_rules_can_be_written_too() -> None:
    text = checking_document(2023).text
    found = reviewed(text, 2023)

    assert (found.sound, found.remarks) == (True, ())


def test_what_differs_is_told_in_words() -> None:
    assert said(('version = "2026-1"', 'version = "2026-2"')) == (
        "The version was 2026-1 and is 2026-2.",
    )
    assert said(
        ('when = "left_after_tests_began", outcome = "refuse"',
         'when = "left_after_tests_began", outcome = "scrutiny"'),
    ) == (
        ("Reason “The pupil is educated at home by choice”, branch EHE-1: a request was refused "
        "and is looked at by a person."),
    )  # fmt: skip
    assert said(("on = 2026-04-01", "on = 2026-04-13")) == (
        "Day summer_term, on: was 1 April 2026 and is 13 April 2026.",
    )
    assert said(("pages = 6\npages_refused = false", "pages_refused = true")) == (
        "Evidence, pages: was “6” and is nothing.",
        "Evidence, pages refused: was no and is yes.",
    )
    assert said(("may_not_know = true\n\n[rules.questions.excluded_on]",
                 "may_not_know = true\nlongest = 9\n\n[rules.questions.excluded_on]")) == (
        "Question left_on, longest: was nothing and is “9”.",
    )  # fmt: skip
    assert said(('MY = "Malaysia"', 'MY = "Malaya"')) == (
        "Question country, options, MY: was “Malaysia” and is “Malaya”.",
    )


def test_branches_and_reasons_that_come_and_go_are_told() -> None:
    added = (
        '    { id = "YGC-3", when = "into_higher_year", outcome = "refuse", because = "No." },\n'
        '    { id = "YGC-2"'
    )
    condition = (
        'into_higher_year = { answer = "year_change", equals = "higher", sentence = "Higher." }\n'
    )
    came = (
        ('    { id = "YGC-2"', added),
        ("[rules.conditions]\n", f"[rules.conditions]\n{condition}"),
    )
    name = "Reason “The pupil changed year group”"
    assert said(*came) == (
        f"{name}: the branch YGC-3 is new: a request is refused if into_higher_year.",
        "The condition into_higher_year is new.",
    )
    newer = edited(*came).checking
    assert newer is not None
    assert differences_in_words(newer, load_checking(2026)) == (
        f"{name}: the branch YGC-3 is gone.",
        "The condition into_higher_year is gone.",
    )
    other = said(("[rules.reasons.other]", "[rules.reasons.else]"))
    assert other == ("The reason “Another reason” is gone.", "The reason “Another reason” is new.")


def test_branches_in_another_order_are_told() -> None:
    one = TEXT[TEXT.index('    { id = "ARR-1"') : TEXT.index('    { id = "ARR-2"')]
    two = TEXT[TEXT.index('    { id = "ARR-2"') : TEXT.index('    { id = "ARR-3"')]

    assert said((one + two, two + one)) == (
        (
            "Reason “The pupil arrived from overseas lately, and English is not the first "
            "language”: the branches are tried in another order."
        ),
    )


def test_lists_and_records_that_change_are_told_whole() -> None:
    assert said(('"AU", "BB"', '"BB"'), ('other_official = ["AE"', 'other_official = ["AU", "AE"'))[
        0
    ].startswith("Group english_official: was “AU”, “BB”")
    evidence = '{ condition = "first_school_lately", evidence = "admission register, or'
    told = said((evidence, evidence.replace("admission", "attendance")))
    assert "ticks: was “first_school_lately” / “admission register" in told[0]


def test_rules_that_come_or_go_are_told() -> None:
    with_rules, without = load_checking(2026), load_checking(2023)

    assert "The rules are gone." in differences_in_words(with_rules, without)
    assert "The rules are new." in differences_in_words(without, with_rules)
    told = differences_in_words(with_rules, without)
    assert "Windows, windows, september, opens: was nothing and is 11 September 2023." in told
    assert "Windows, windows, september, closes at: was nothing and is 5pm." in told
    assert not any("Window(" in one or "datetime" in one for one in told)
    assert differences_in_words(without, without) == ()
