"""The checking exercise as data: what is known has a source, and a file that contradicts itself."""

from datetime import date, time

import pytest

from keystage.core.errors import StatuteError, UsageError
from keystage.statute.checking_loader import (
    assemble_checking,
    available_checking,
    checking_document,
    days_of,
    load_checking,
    unproved_checking,
)
from keystage.statute.loader import load_year
from keystage.statute.proofs_of_checking import fields_of, prove_checking
from keystage.statute.reading import parsed
from keystage.statute.season import Event

WHOLE = """
[year]
id = 2026
[sources.here]
title = "A title"
read_on = 2026-11-21
[windows]
source = "here"
confidence = "B"
late_results = "Late."
last_chance = "Last."
[windows.windows.september]
label = "September"
opens = 2026-09-14
closes = 2026-09-25
[evidence]
source = "here"
confidence = "B"
megabytes = 10
pages = 6
[rules]
source = "here"
confidence = "B"
version = "1"
[rules.kinds.remove]
label = "Remove"
reason_class = "inclusion_changed"
[rules.days.tests]
label = "tests"
event = "tests_first"
[rules.facts.SEX]
label = "sex"
codes = { F = "Female", M = "Male" }
[rules.groups]
warm = ["a"]
cold = ["b"]
[rules.questions.why]
label = "Why?"
short = "Why"
type = "choice"
options = { a = "A", b = "B" }
[rules.questions.left_on]
label = "When?"
short = "Left"
type = "date"
shown_when = "is_warm"
[rules.questions.said]
label = "What?"
short = "Said"
type = "text"
longest = 9
[rules.conditions]
is_warm = { answer = "why", among = "warm", apart = "cold", sentence = "Warm: {why}." }
is_a = { answer = "why", equals = "a", sentence = "A: {why}." }
is_girl = { fact = "SEX", one_of = ["F"], sentence = "Girl: {SEX}." }
left_late = { answer = "left_on", after = "tests", sentence = "{left_on} is after {tests}." }
left_girl = { all = ["left_late", "is_girl"] }
not_a = { unless = "is_a" }
[rules.reasons.gone]
kind = "remove"
label = "Gone"
questions = ["why", "left_on", "said"]
ticks = [{ condition = "not_a", evidence = "a letter" }]
answers = { SEX = "why" }
branches = [
    { id = "G-1", when = "left_girl", outcome = "refuse", because = "Left on {left_on}." },
    { id = "G-2", outcome = "scrutiny", because = "A person." },
]
"""


def found(old: str, new: str) -> list[str]:
    """What the proofs say of the text once ``old`` is ``new``."""
    assert old in WHOLE, old
    document = parsed(WHOLE.replace(old, new, 1), "rules")
    return [fault.what for fault in prove_checking(unproved_checking(document, 2026))]


def test_the_whole_text_is_sound() -> None:
    assert list(prove_checking(assemble_checking(parsed(WHOLE, "rules"), 2026))) == []


@pytest.mark.parametrize("year", available_checking())
def test_what_is_not_known_of_an_exercise_has_a_reason(year: int) -> None:
    checking = load_checking(year)
    tables = (checking.windows, checking.evidence, checking.rules)
    given = {one.source for one in tables if one is not None}
    missing = {name for name in ("windows", "evidence", "rules") if not getattr(checking, name)}

    assert set(checking.absent) == missing
    assert all(one.absent for one in checking.absent.values())
    assert given == set(checking.sources)


def test_the_exercise_of_2023_was_open_for_two_weeks_until_five_o_clock() -> None:
    windows = load_checking(2023).windows

    assert windows is not None
    september = windows.windows["september"]
    assert (september.opens, september.closes) == (date(2023, 9, 11), date(2023, 9, 22))
    assert september.closes_at == time(17)
    assert september.results_as_at == date(2023, 7, 11)


def test_evidence_of_2026_is_ten_megabytes_and_its_six_pages_are_a_setting() -> None:
    evidence = load_checking(2026).evidence

    assert evidence is not None
    assert (evidence.megabytes, evidence.pages, evidence.pages_refused) == (10, 6, False)


def test_the_rules_set_codes_that_the_year_has() -> None:
    rules, year = load_checking(2026).rules, load_year(2026, "provisional")

    assert rules is not None
    sets = [*(one.values for one in rules.kinds.values())]
    sets += [one.values for one in rules.reasons.values()]
    codes = {one["P_INCL"] for one in sets if one}
    assert codes == set(year.inclusion.codes)
    assert {code for one in rules.kinds.values() for code in one.pupils} == codes
    assert year.key_stage_1 is not None
    points = year.key_stage_1
    known = {*points.points, *points.disregarded, points.below_code}
    assert set(rules.questions["ks1_reading"].options) <= known


def test_days_come_from_the_season_the_academic_year_or_the_rules() -> None:
    checking = load_checking(2026)

    assert days_of(checking) == {
        "tests_first": date(2026, 5, 11),
        "summer_term": date(2026, 4, 1),
        "year_5": date(2024, 9, 1),
    }


def test_a_date_of_the_season_that_was_moved_goes_before_the_shipped_one() -> None:
    moved = days_of(load_checking(2026), {Event.TESTS_FIRST: date(2026, 5, 12)})

    assert moved["tests_first"] == date(2026, 5, 12)


def test_an_event_nobody_dated_is_no_day() -> None:
    text = WHOLE.replace("tests_first", "arrangements_due")

    assert days_of(assemble_checking(parsed(text, "rules"), 2026)) == {"tests": None}


def test_a_year_without_rules_has_no_days() -> None:
    assert days_of(load_checking(2023)) == {}


def test_a_year_of_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(UsageError, match="Nothing is known of the checking exercise of 2017"):
        load_checking(2017)


def test_a_file_is_refused_by_its_first_fault_and_the_place() -> None:
    document = parsed(WHOLE.replace('"left_girl", o', '"nobody", o'), "rules.toml")

    with pytest.raises(StatuteError, match="names the condition nobody") as caught:
        assemble_checking(document, 2026)
    assert "table [rules], line" in caught.value.where


def test_the_shipped_file_is_read_with_its_text() -> None:
    assert "[rules.reasons.home_education]" in checking_document(2026).text


def test_choices_with_not_known_are_told() -> None:
    rules = load_checking(2026).rules

    assert rules is not None
    assert rules.questions["sat_tests"].choices == {
        "yes": "Yes", "no": "No", "not_known": "Not known",
    }  # fmt: skip
    assert rules.questions["left_on"].choices == {}
    assert list(rules.questions["sen"].choices) == ["N", "K", "E"]


def test_braces_that_make_no_sense_have_no_name() -> None:
    assert fields_of("{a} and {b}") == ("a", "b")
    assert fields_of("{a") == (None,)
    assert fields_of("{a!r} {b:>9}") == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('[windows]\nsource = "here"', '[windows]\nsource = "there"', "there is not among"),
        ("closes = 2026-09-25", "closes = 2026-09-13", "closes before it opens"),
        ("megabytes = 10", "megabytes = 0", "megabytes is 0"),
        ("pages = 6", "pages = 0", "pages is 0"),
        ('event = "tests_first"', "on = 2026-05-11\nyears_before = 1", "not said in one way"),
        ('label = "tests"\nevent = "tests_first"', 'label = "tests"', "not said in one way"),
        ('event = "tests_first"', 'event = "picnic"', "unknown event picnic"),
        ("[rules.days.tests]", "[rules.days.why]", "are both called why"),
        ('type = "text"', 'type = "choice"', "0 answers to choose from"),
        ('type = "text"', 'type = "text"\noptions = { a = "A", b = "B" }', "2 answers to choose"),
        ("longest = 9", "longest = 0", "may have 0 letters"),
        ('shown_when = "is_warm"', 'shown_when = "is_hot"', "unknown condition is_hot"),
        ('kind = "remove"', 'kind = "add"', "of the kind add"),
        ('questions = ["why", ', 'questions = ["who", "why", ', "names the question who"),
        ('{ condition = "not_a"', '{ condition = "nobody"', "names the condition nobody"),
        ('answers = { SEX = "why" }', 'answers = { SEX = "which" }', "names the question which"),
        ('"said"]\nticks', "]\nticks", "Nothing uses said of the questions"),
        ('{ SEX = "why" }', '{ SEX = "said" }\nhint = "x"', ""),
        ('questions = ["why", "left_on", "said"]', 'questions = ["left_on", "why", "said"]',
         "asks left_on by the answer to why"),
        ('questions = ["why", "left_on", "said"]', 'questions = ["why", "said"]',
         "looks at left_on, which the reason does not ask"),
        ('outcome = "scrutiny"', 'outcome = "refuse"', "does not end with a person"),
        ('{ id = "G-2", outcome', '{ id = "G-2", when = "is_a", outcome', "end with a person"),
        ('when = "left_girl", ', "", "No branch of gone after G-1 is ever tried"),
        ('because = "Left on {left_on}."', 'because = "Left on {gone_on}."', "field {gone_on}"),
        ('because = "Left on {left_on}."', 'because = "Left on {left_on."', "do not match"),
        ('sentence = "A: {why}."', 'sentence = "A: {which}."', "unknown field {which}"),
        ('"left_girl", outcome', '"is_warm", outcome', "Nothing uses left_girl of the conditions"),
        ("[rules.groups]", '[rules.groups]\nhot = ["a"]', "Nothing uses hot of the groups"),
        ("[rules.days.tests]",
         '[rules.days.end]\nlabel = "end"\non = 2026-05-14\n[rules.days.tests]',
         "Nothing uses end of the days"),
        ("[rules.facts.SEX]", '[rules.facts.SENF]\nlabel = "SEN"\ncodes = {}\n[rules.facts.SEX]',
         "Nothing uses SENF of the facts"),
        ("[rules.days.tests]",
         '[rules.kinds.add]\nlabel = "Add"\nreason_class = "added"\n[rules.days.tests]',
         "Nothing uses add of the kinds"),
        ('is_a = { answer = "why", ', "is_a = { ", "does not look at one thing"),
        ('not_a = { unless = "is_a" }', 'not_a = { unless = "is_a", any = ["is_a"] }',
         "does not look at one thing"),
        ('not_a = { unless = "is_a" }', 'not_a = { unless = "is_a", equals = "a" }',
         "made of others and also compares"),
        ('unless = "is_a"', 'unless = "is_z"', "made of is_z, which is not known"),
        ('equals = "a", sentence = "A: {why}."', 'sentence = "A: {why}."', "not make one comp"),
        ('equals = "a", sentence = "A: {why}."', 'equals = "a"', "has no sentence"),
        ('is_a = { answer = "why"', 'is_a = { answer = "whom"', "looks at whom, which is not kn"),
        ('fact = "SEX"', 'fact = "SEN"', "looks at SEN, which is not known"),
        ('equals = "a"', 'equals = "z"', "looks for z, which is no answer"),
        ('is_a = { answer = "why", equals = "a"', 'is_a = { answer = "said", equals = "a"',
         "looks for a, which is no answer"),
        ('one_of = ["F"]', 'one_of = ["X"]', "looks for X, which is no answer"),
        ('cold = ["b"]', 'cold = ["z"]', "looks for z, which is no answer"),
        ('among = "warm"', 'among = "hot"', "names the group hot"),
        ('among = "warm", apart', 'equals = "a", apart', "a group apart from none"),
        ('cold = ["b"]', 'cold = ["a"]', "a is in both groups"),
        ('answer = "left_on", after', 'answer = "why", after', "does not look at a date"),
        ('after = "tests"', 'after = "said"', "compares with said, which is no day"),
        ('all = ["left_late", "is_girl"]', 'all = ["left_late", "left_girl"]',
         "left_girl are made of each other"),
    ],
)  # fmt: skip
def test_rules_that_contradict_themselves_are_told(old: str, new: str, said: str) -> None:
    faults = found(old, new)

    assert any(said in fault for fault in faults) if said else faults == [], faults


def test_two_reasons_may_not_share_a_branch() -> None:
    again = WHOLE[WHOLE.index("[rules.reasons.gone]") :].replace("reasons.gone", "reasons.lost")
    document = parsed(WHOLE + again, "rules")
    faults = [one.what for one in prove_checking(unproved_checking(document, 2026))]

    assert "The reasons gone and lost both have a branch G-1." in faults


def test_a_column_set_from_a_question_has_to_be_asked() -> None:
    more = '[rules.questions.never]\nlabel = "N?"\nshort = "N"\ntype = "text"\n[rules.conditions]'
    text = WHOLE.replace("[rules.conditions]", more).replace('{ SEX = "why" }', '{ SEX = "never" }')
    faults = [one.what for one in prove_checking(unproved_checking(parsed(text, "rules"), 2026))]

    assert "The reason gone sets SEX from never, which it does not ask." in faults


def test_a_day_may_be_the_answer_to_another_question() -> None:
    more = WHOLE.replace('after = "tests"', 'after = "joined_on"').replace("{tests}", "{joined_on}")
    more = more.replace('[rules.days.tests]\nlabel = "tests"\nevent = "tests_first"\n', "")
    more = more.replace(
        "[rules.conditions]",
        '[rules.questions.joined_on]\nlabel = "J?"\nshort = "J"\ntype = "date"\n[rules.conditions]',
    ).replace('"why", "left_on"', '"why", "joined_on", "left_on"')
    checking = assemble_checking(parsed(more, "rules"), 2026)

    assert checking.rules is not None
    assert list(checking.rules.needs("left_late")) == ["left_on", "joined_on"]


@pytest.mark.parametrize(("links", "too_deep"), [(4, []), (5, ["not_a"]), (6, ["d5"])])
def test_conditions_are_only_so_deep_that_a_person_can_follow(
    links: int, too_deep: list[str]
) -> None:
    """The leaf and the condition at the top are one deep each, the links between them the rest."""
    chain = ['d0 = { unless = "is_a" }']
    chain += [f'd{at} = {{ unless = "d{at - 1}" }}' for at in range(1, links)]
    top = f'not_a = {{ unless = "d{links - 1}" }}'

    assert found('not_a = { unless = "is_a" }', "\n".join([*chain, top])) == [
        f"The condition {name} is made of others more than 6 deep." for name in too_deep
    ]


def test_a_condition_that_asks_only_for_an_answer_needs_no_value() -> None:
    assert found('equals = "a"', "given = true") == []


@pytest.mark.parametrize("wrong", ["", "no = toml = at all"])
def test_a_text_that_is_no_file_of_rules_is_refused(wrong: str) -> None:
    with pytest.raises(StatuteError):
        parsed(wrong, "rules")
